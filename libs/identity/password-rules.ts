import { COMMON_PASSWORDS } from './common-passwords.js';

const SHORTEST = 12;
const LONGEST = 128;
/** A shorter piece of an address is no help to a guesser, and hits innocent passwords. */
const SHORTEST_CONTEXT = 4;

/** The form in which a password is judged and hashed: however a keyboard composes an accent, it is the same password. */
export function normalPassword(password: string): string {
  return password.normalize('NFKC');
}

/** Why this password is refused, or null. Length counts characters as people see them in code points. */
export function passwordProblem(password: string, email: string): string | null {
  const text = normalPassword(password);
  const length = Array.from(text).length;
  if (length < SHORTEST || length > LONGEST) return `must have ${SHORTEST} to ${LONGEST} characters`;
  const plain = text.toLowerCase();
  const isCommon = COMMON_PASSWORDS.has(plain) || new Set(plain).size < 3;
  return isCommon || isOnlyContext(plain, email) ? 'is too easy to guess' : null;
}

/** Nothing but the words an attacker tries first here, with figures and marks around them. */
function isOnlyContext(plain: string, email: string): boolean {
  const local = normalPassword(email.slice(0, email.lastIndexOf('@'))).toLowerCase();
  const words = ['renum', ...(local.length >= SHORTEST_CONTEXT ? [local, ...local.split(/[^\p{L}\p{N}]+/u)] : [])];
  let rest = plain;
  for (const word of words) if (word.length >= SHORTEST_CONTEXT) rest = rest.replaceAll(word, '');
  return rest !== plain && !/\p{L}/u.test(rest);
}
