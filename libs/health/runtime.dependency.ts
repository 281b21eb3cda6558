import { availableParallelism } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import type { Finding, Verdict } from './core/verdict.js';
import { Dependency } from './dependency.js';

const OLDEST = [24, 9] as const;
const MIB = 1024 * 1024;

/** Node.js itself. */
export class RuntimeDependency extends Dependency {
  readonly name = 'runtime';
  readonly needed = 'to-serve';
  readonly required = `Node.js >= ${OLDEST.join('.')}`;
  override readonly intervalMs = 60_000;

  constructor(private readonly version = process.versions.node) {
    super();
  }

  check(): Finding {
    const evidence = {
      platform: `${process.platform}-${process.arch}`,
      cpus: availableParallelism(),
      heap_limit_mib: Math.floor(getHeapStatistics().heap_size_limit / MIB),
    };
    return { verdict: verdictOn(this.version), found: `Node.js ${this.version}`, evidence };
  }
}

function verdictOn(version: string): Verdict {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return { status: 'up' };
  return {
    status: 'degraded',
    because: `Node.js ${version} is older than what this release was tested with.`,
    impact: 'Parts of the server may fail in ways nobody has seen.',
    fix: [`Start it with Node.js ${OLDEST.join('.')} or newer.`],
    conflict: true,
  };
}
