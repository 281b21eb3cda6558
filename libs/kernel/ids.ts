import { v7, validate } from 'uuid';

/** A new id that sorts by its time of birth (UUID version 7). */
export function newId(): string {
  return v7();
}

export function isUuid(text: string): boolean {
  return validate(text);
}
