import type { Terminal } from './terminal.js';

/** 0 fine · 1 a finding or failure · 2 usage or missing input · 78 configuration · 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 78 | 130;

export interface Option {
  /** What its value is called in the help; without one it is a switch. */
  readonly value?: string;
  readonly about: string;
}

/** What was said on the command line, checked against what the command knows. */
export interface Said {
  readonly operands: readonly string[];
  readonly switches: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
}

/** One command in one file. Heavy rooms are imported inside `run`: the help must not wait for a database driver. */
export interface Command {
  /** `['user', 'create']` is called as `renum user create`. */
  readonly words: readonly string[];
  /** One line, beginning with a verb. */
  readonly summary: string;
  /** By name; each of them has to be given. */
  readonly operands?: readonly string[];
  readonly options?: Readonly<Record<string, Option>>;
  /** Further paragraphs of its help. */
  readonly details?: string;
  run(said: Said, terminal: Terminal): Promise<ExitCode>;
}

export const JSON_OPTION = { json: { about: 'print the result as JSON' } } as const satisfies Command['options'];

/** The caller's fault, in words for the caller. Ends the command with 2. */
export class UsageProblem extends Error {
  override readonly name = 'UsageProblem';
}
