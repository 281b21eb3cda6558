import { type Command, UsageProblem } from './command.js';
import { commandIn, parseWords } from './parse-words.js';

const run = async () => 0 as const;
const user: Command = { words: ['user'], summary: '', run };
const create: Command = {
  words: ['user', 'create'],
  summary: '',
  operands: ['EMAIL'],
  options: { role: { value: 'ROLE', about: '' }, json: { about: '' } },
  run,
};

describe('finding a command', () => {
  it('takes the longest that fits and hands on the rest', () => {
    expect(commandIn(['user', 'create', 'a@x'], [user, create])).toEqual({ command: create, rest: ['a@x'] });
    expect(commandIn(['user', 'creat'], [create, user])).toEqual({ command: user, rest: ['creat'] });
    expect(commandIn(['users'], [user, create])).toBeNull();
  });
});

describe('reading the words of a command', () => {
  it('tells operands, switches and values apart, in any order', () => {
    const said = parseWords(create, ['--role', 'admin', 'a@x', '--json']);
    expect(said).toEqual({ operands: ['a@x'], switches: new Set(['json']), values: new Map([['role', 'admin']]) });
    expect(parseWords(create, ['--role=admin', '--', '-a@x']).operands).toEqual(['-a@x']);
    expect(parseWords(user, [])).toEqual({ operands: [], switches: new Set(), values: new Map() });
  });

  it.each([
    [[], 'EMAIL is missing.'],
    [['a@x', 'b@x'], '"b@x" is one word too many.'],
    [['a@x', '--rule', 'x'], "Unknown option '--rule'."],
    [['a@x', '--role'], "Option '--role <value>' argument missing."],
    [['a@x', '--json=yes'], "Option '--json' does not take an argument."],
  ])('refuses %j', (words, message) => {
    expect(() => parseWords(create, words)).toThrow(new UsageProblem(message));
  });
});
