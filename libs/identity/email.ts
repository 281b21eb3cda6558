import { personKey } from '#libs/platform/people/index.js';

/** One `@`, a local part, a domain; no spaces or control characters. `localhost`-like domains are fine inside a house. */
const FORM =
  /^[^\s@<>()[\],;:"\\]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)*[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?$/u;
const LONGEST = 254;

export function isEmail(text: string): boolean {
  if (text.length > LONGEST || text.startsWith('.')) return false;
  return FORM.test(text) && !text.includes('..') && !text.includes('.@');
}

/** By which an address is found and may exist only once. */
export function emailKey(email: string): string {
  return personKey(email);
}
