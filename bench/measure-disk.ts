import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { percentile, spreadOf } from './statistics.js';
import type { Figure } from './table.js';

const WRITES = 200;

/** What every commit waits for: the median of small writes, each forced to the disk. */
export function measureDisk(folder: string): readonly Figure[] {
  const file = join(folder, 'fdatasync');
  const page = Buffer.alloc(4096, 1);
  const tookMs: number[] = [];
  const descriptor = openSync(file, 'w');
  try {
    for (let write = 0; write < WRITES; write++) {
      const since = performance.now();
      writeSync(descriptor, page);
      fdatasyncSync(descriptor);
      tookMs.push(performance.now() - since);
    }
  } finally {
    closeSync(descriptor);
    rmSync(file, { force: true });
  }
  const { median, min } = spreadOf(tookMs);
  return [{ what: 'fdatasync of 4 KiB', unit: 'ms', ours: { median, min, max: percentile(tookMs, 0.99) } }];
}
