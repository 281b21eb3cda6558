import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const WRITES = 20;
/** A disk this slow is known well enough after fewer writes. */
const PATIENCE_MS = 400;

/** What one commit waits for in this folder: the median of up to 20 small writes, each forced to the disk, in ms. */
export function measureFsync(folder: string): number {
  const file = join(folder, `.fsync-${process.pid}`);
  const page = Buffer.alloc(4096, 1);
  const tookMs: number[] = [];
  const descriptor = openSync(file, 'w', 0o600);
  try {
    const start = performance.now();
    while (tookMs.length < WRITES && performance.now() - start < PATIENCE_MS) {
      const since = performance.now();
      writeSync(descriptor, page);
      fsyncSync(descriptor);
      tookMs.push(performance.now() - since);
    }
  } finally {
    closeSync(descriptor);
    rmSync(file, { force: true });
  }
  return tookMs.sort((a, b) => a - b)[Math.floor(tookMs.length / 2)] ?? 0;
}
