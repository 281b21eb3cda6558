import { text } from 'node:stream/consumers';

/** As much of the surrounding process as a command may see, so that a test can hold one in its hands. */
export interface Terminal {
  /** Results. */
  readonly out: (text: string) => void;
  /** Everything said beside the result. */
  readonly err: (text: string) => void;
  readonly input: () => Promise<string>;
  /** Somebody watches, and what was drawn can be drawn over. */
  readonly isLive: boolean;
  readonly hasColour: boolean;
  readonly columns: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Where the program is installed: the folder of its `package.json`. */
  readonly folder: string;
  /** Aborts when the command shall end: Ctrl-C or SIGTERM. */
  readonly interrupted: AbortSignal;
}

type Surroundings = Pick<NodeJS.Process, 'stdout' | 'stderr' | 'stdin' | 'env' | 'cwd'>;

export function terminalOf(process: Surroundings, folder: string, interrupted: AbortSignal): Terminal {
  const { stdout, stderr, stdin, env } = process;
  const isLive = stdout.isTTY === true && env.TERM !== 'dumb' && !env.CI;
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    input: () => text(stdin),
    isLive,
    // https://no-color.org: any value but the empty one switches colours off.
    hasColour: isLive && !env.NO_COLOR,
    columns: stdout.columns || 80,
    env,
    cwd: process.cwd(),
    folder,
    interrupted,
  };
}
