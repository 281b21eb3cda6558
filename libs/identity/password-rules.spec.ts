import { passwordProblem } from './password-rules.js';

describe('passwordProblem', () => {
  const problem = (password: string, email = 'ada.lovelace@example.com') => passwordProblem(password, email);

  it.each(['elf characters', 'x'.repeat(64).replaceAll('xx', 'xyz'), 'sturdy password 12', '😀ab'.repeat(8)])(
    'takes %j',
    (password) => expect(problem(password)).toBeNull(),
  );

  it('counts characters, not bytes or halves of them', () => {
    expect(problem('abcdefghij1')).toBe('must have 12 to 128 characters');
    expect(problem('😀😁😂😃😄😅')).toBe('must have 12 to 128 characters');
    expect(problem('😀😁😂😃😄😅😆😇😈😉😊😋')).toBeNull();
    expect(problem('abc'.repeat(43))).toBe('must have 12 to 128 characters');
    expect(problem(`ab${'abc'.repeat(42)}`)).toBeNull();
  });

  it.each(['password1234', 'PassWord1234', 'qwertyuiop123', 'aaaaaaaaaaaa', 'ababababababab'])(
    'refuses the common %j',
    (password) => expect(problem(password)).toBe('is too easy to guess'),
  );

  it.each(['renum-2026-renum', 'ada.lovelace123', 'Lovelace-1234!', 'renum/lovelace'])(
    'refuses %j, which is all context',
    (password) => expect(problem(password)).toBe('is too easy to guess'),
  );

  it('does not mind a piece of the address among other words, or a short one', () => {
    expect(problem('lovelace and a bit')).toBeNull();
    expect(problem('ada-ada-ada-123', 'ada@example.com')).toBeNull();
  });
});
