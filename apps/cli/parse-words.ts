import { parseArgs } from 'node:util';
import { type Command, type Said, UsageProblem } from './command.js';

export interface Called {
  readonly command: Command;
  /** Without the words that name the command. */
  readonly rest: readonly string[];
}

/** The command whose words begin the line; of two, the longer. */
export function commandIn(words: readonly string[], commands: readonly Command[]): Called | null {
  const called = commands
    .filter((command) => command.words.every((word, index) => words[index] === word))
    .sort((a, b) => b.words.length - a.words.length);
  const [command] = called;
  return command ? { command, rest: words.slice(command.words.length) } : null;
}

/** Throws `UsageProblem` naming what is missing, unknown or too much. */
export function parseWords({ options = {}, operands = [] }: Command, words: readonly string[]): Said {
  const { values, positionals } = parsed(options, words);
  const missing = operands.slice(positionals.length);
  if (missing.length > 0) throw new UsageProblem(`${missing.join(' and ')} is missing.`);
  const surplus = positionals.slice(operands.length);
  if (surplus.length > 0) throw new UsageProblem(`"${surplus.join(' ')}" is one word too many.`);

  const said = Object.entries(values);
  return {
    operands: positionals,
    switches: new Set(said.flatMap(([name, value]) => (value === true ? [name] : []))),
    values: new Map(said.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []))),
  };
}

function parsed(options: NonNullable<Command['options']>, words: readonly string[]) {
  const known = Object.entries(options).map(
    ([name, { value }]) => [name, { type: value ? 'string' : 'boolean' }] as const,
  );
  try {
    return parseArgs({ args: [...words], options: Object.fromEntries(known), allowPositionals: true, strict: true });
  } catch (error) {
    if (!isCallersFault(error)) throw error;
    // Its hints behind the first sentence are longer than our help.
    throw new UsageProblem(`${error.message.split('. ')[0]?.replace(/\.$/, '')}.`);
  }
}

function isCallersFault(error: unknown): error is { readonly message: string } {
  return typeof error === 'object' && error !== null && String(Reflect.get(error, 'code')).startsWith('ERR_PARSE_ARGS');
}
