import { isDeepStrictEqual } from 'node:util';

/** Names of the fields in which the two differ, as the wire writes them; never what they hold. */
export function changedFields<T extends object>(before: T, after: T): string[] {
  const names = Object.keys(after).filter((name) => name !== 'updatedAt');
  return names.filter((name) => !isDeepStrictEqual(Reflect.get(before, name), Reflect.get(after, name))).map(snake);
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
