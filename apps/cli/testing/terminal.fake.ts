import type { Terminal } from '../terminal.js';

/** A terminal that remembers what was said to it. */
export class FakeTerminal implements Terminal {
  stdout = '';
  stderr = '';
  readonly columns = 80;
  readonly cwd: string;
  readonly folder = process.cwd();
  readonly env: Terminal['env'];
  readonly isLive: boolean;
  readonly hasColour = false;
  readonly interrupted: AbortSignal;
  readonly #input: string;

  constructor(
    given: {
      readonly env?: Terminal['env'];
      readonly cwd?: string;
      readonly input?: string;
      readonly isLive?: boolean;
      readonly interrupted?: AbortSignal;
    } = {},
  ) {
    this.env = given.env ?? {};
    this.cwd = given.cwd ?? '/nowhere';
    this.#input = given.input ?? '';
    this.isLive = given.isLive ?? false;
    this.interrupted = given.interrupted ?? new AbortController().signal;
  }

  readonly out = (text: string): void => {
    this.stdout += text;
  };

  readonly err = (text: string): void => {
    this.stderr += text;
  };

  readonly input = async (): Promise<string> => this.#input;
}
