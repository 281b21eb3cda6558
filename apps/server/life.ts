import { constants } from 'node:os';
import type { RunningServer, Start } from './serve.js';

/** As much of `process` as a life needs, so that a test can hold one in its hands. */
export type Body = Pick<NodeJS.Process, 'on' | 'exit' | 'env' | 'stdout' | 'stderr'>;

const CONFIGURATION = 78;
const LAST_WORDS_MS = 5_000;

/**
 * Ties a server to its process: SIGTERM or SIGINT drains and exits 0, a second one exits at once; what nobody caught is
 * said and ends the process with 1 within five seconds, because after it nothing can be trusted; a start that fails
 * says why on standard error and exits 78 where the operator can mend it.
 */
export async function liveAndDie(body: Body, start: Start): Promise<void> {
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
      body.stderr.write(`renum: ${fault}: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}\n`);
      if (ending) return;
      setTimeout(() => body.exit(1), LAST_WORDS_MS).unref();
      void end(1, (server) => server.abandon(thrown));
    });
  }

  const starting = begin(body, start);
  await starting;
}

async function begin(body: Body, start: Start): Promise<RunningServer | null> {
  try {
    return await start({ env: body.env, out: body.stdout });
  } catch (error) {
    body.stderr.write(`renum: ${told(error)}\n`);
    body.exit(exitCodeOf(error));
    return null;
  }
}

/** Errors that only the operator can mend carry their code. */
function exitCodeOf(error: unknown): number {
  const own: unknown = error instanceof Error ? Reflect.get(error, 'exitCode') : undefined;
  if (typeof own === 'number') return own;
  return error instanceof Error && error.name === 'ConfigurationProblems' ? CONFIGURATION : 1;
}

function told(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
