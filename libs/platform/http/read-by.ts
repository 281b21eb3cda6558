import { Allow as Known } from 'class-validator';

/** Turns what was sent into what the field holds, and says what is wrong where. What it returns then is not used. */
export type FieldReader = (sent: unknown, path: string, refuse: (path: string, message: string) => void) => unknown;

const READER = Symbol('reader');

/**
 * For a field whose inside is too deep for rules on nested classes: `read` judges all of it in one pass. Nested classes
 * cost some 20 µs an element, which a hostile body of hundreds of thousands turns into seconds of silence.
 */
export function ReadBy(read: FieldReader): PropertyDecorator {
  return (target, name) => {
    Known()(target, String(name));
    Reflect.defineMetadata(READER, read, target, name);
  };
}

export function readerOf(prototype: object, name: string): FieldReader | null {
  return Reflect.getMetadata(READER, prototype, name) ?? null;
}
