import { statfs } from 'node:fs/promises';
import type { Finding, Verdict } from './core/verdict.js';
import { Dependency } from './dependency.js';

const MIB = 1024 * 1024;
const SCARCE_MIB = 1_024;
const FULL_MIB = 64;

/** Room on the disk that holds the data folder, as far as this user may fill it. */
export class DiskDependency extends Dependency {
  readonly name = 'disk';
  readonly needed = 'to-execute';
  readonly required = `${SCARCE_MIB} MiB free`;
  override readonly intervalMs = 15_000;

  constructor(private readonly folder: string) {
    super();
  }

  async check(): Promise<Finding> {
    const { bavail, blocks, bsize } = await statfs(this.folder);
    const freeMib = Math.floor((bavail * bsize) / MIB);
    const evidence = { free_mib: freeMib, size_mib: Math.floor((blocks * bsize) / MIB) };
    return { verdict: verdictOn(freeMib), found: `${freeMib} MiB free`, evidence };
  }
}

export function verdictOn(freeMib: number): Verdict {
  if (freeMib >= SCARCE_MIB) return { status: 'up' };
  const isFull = freeMib < FULL_MIB;
  return {
    status: isFull ? 'down' : 'degraded',
    because: `Only ${freeMib} MiB are free on the disk of the data folder.`,
    impact: isFull ? 'Writes are refused with 503 as soon as the disk is full.' : 'Soon nothing more can be recorded.',
    fix: ['Make room on that disk.', 'Shorten RENUM_RETENTION_DAYS.', 'Move the data folder to a larger disk.'],
  };
}
