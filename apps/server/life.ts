import { constants } from 'node:os';
import { scrub } from '#libs/platform/log/index.js';
import type { RunningServer } from './running-server.js';
import type { Start } from './serve.js';

/** As much of `process` as a life needs, so that a test can hold one in its hands. */
export type Body = Pick<NodeJS.Process, 'on' | 'exit' | 'env' | 'stdout' | 'stderr'>;

const CONFIGURATION = 78;
const LAST_WORDS_MS = 5_000;

/**
 * Ties a server to its process: SIGTERM or SIGINT drains and exits 0, a second one exits at once; what nobody caught is
 * said and ends the process with 1 within five seconds, because after it nothing can be trusted; a start that fails
 * says why on standard error and exits 78 where the operator can mend it.
 */
export async function liveAndDie(body: Body, folder: string, start: Start): Promise<void> {
  let ending = false;
  const end = async (code: number, how: (server: RunningServer) => Promise<void>): Promise<void> => {
    ending = true;
    try {
      const server = await starting;
      if (server) await how(server);
      body.exit(code);
    } catch (error) {
      body.stderr.write(`renum: the end was not clean: ${told(error)}\n`);
      body.exit(1);
    }
  };

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    body.on(signal, () => {
      if (ending) body.exit(128 + constants.signals[signal]);
      else void end(0, (server) => server.stop());
    });
  }
  for (const fault of ['uncaughtException', 'unhandledRejection'] as const) {
    body.on(fault, (thrown: unknown) => {
      body.stderr.write(`renum: ${fault}: ${withStack(thrown)}\n`);
      if (ending) return;
      // Not unref'd: whatever hangs, the process is gone by then.
      setTimeout(() => body.exit(1), LAST_WORDS_MS);
      void end(1, (server) => server.abandon());
    });
  }

  // Whoever reads our lines may stop reading; that is no reason to stop serving.
  body.stdout.on('error', () => undefined);
  const starting = begin(body, folder, start);
  await starting;
}

async function begin(body: Body, folder: string, start: Start): Promise<RunningServer | null> {
  try {
    return await start({ env: body.env, out: body.stdout, err: body.stderr, folder });
  } catch (error) {
    body.stderr.write(`renum: ${isForOperator(error) ? told(error) : withStack(error)}\n`);
    body.exit(exitCodeOf(error));
    return null;
  }
}

/** Errors that only the operator can mend carry their code. */
function exitCodeOf(error: unknown): number {
  if (!(error instanceof Error)) return 1;
  const own: unknown = Reflect.get(error, 'exitCode');
  if (typeof own === 'number') return own;
  return error.name === 'ConfigurationProblems' ? CONFIGURATION : 1;
}

function isForOperator(error: unknown): boolean {
  return error instanceof Error && ('exitCode' in error || exitCodeOf(error) === CONFIGURATION || 'syscall' in error);
}

function told(error: unknown): string {
  return scrub(error instanceof Error ? error.message : String(error));
}

function withStack(thrown: unknown): string {
  return scrub(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
}
