import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { postgresPrograms } from '#libs/platform/database/testing/postgres-server.js';

/** What some tests run for real and this repository does not bring along. */
const NEEDS: Readonly<Record<Need, { readonly programs: readonly string[]; readonly remedy: string }>> = {
  postgres: { programs: ['postgres'], remedy: 'apt-get install postgresql' },
  redis: { programs: ['redis-server'], remedy: 'apt-get install redis-server' },
  chromium: {
    programs: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    remedy: 'apt-get install chromium',
  },
};

export type Need = 'chromium' | 'postgres' | 'redis';

interface Requirement {
  /** The program to start; empty when it is missing, and then nothing inside `describe` runs. */
  readonly path: string;
  readonly describe: (title: string, tests: () => void) => void;
}

/**
 * For tests that need a program of the machine: `const redis = requires('redis'); redis.describe('…', () => …)`.
 * Where it is missing they are skipped, the run says so in one line, and with `CI` set it fails.
 */
export function requires(need: Need, searched = (process.env.PATH ?? '').split(delimiter)): Requirement {
  const { programs, remedy } = NEEDS[need];
  const folders = need === 'postgres' ? [postgresPrograms(searched) ?? ''] : searched;
  const path = folders.flatMap((folder) => programs.map((program) => join(folder, program))).find(isProgram);
  if (path) return { path, describe };
  const { skip } = describe;
  return { path: '', describe: (title, tests) => skip(`${title} [needs ${need}: ${remedy}]`, tests) };
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
