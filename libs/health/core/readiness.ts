import type { Observation, Status } from './verdict.js';

export type Phase = 'starting' | 'ready' | 'draining';

/** One line of a probe's answer. What is wrong is for those with permission; a probe names only names. */
export interface Line {
  readonly name: string;
  readonly ok: boolean;
}

export interface Readiness {
  readonly ready: boolean;
  readonly lines: readonly Line[];
  /** Names to be left out that nobody knows: a warning, because a probe must not fail over a typing slip. */
  readonly unknown: readonly string[];
}

/**
 * Invariant: not ready exactly while the process starts or drains, or when something needed *to serve* is down and not
 * left out. Nothing else takes a server out of the balancer. The phase cannot be left out.
 */
export function readiness(
  phase: Phase,
  observations: readonly Observation[],
  leftOut: readonly string[] = [],
): Readiness {
  const asked = observations.filter(({ name }) => !leftOut.includes(name));
  const lines = [{ name: 'lifecycle', ok: phase === 'ready' }, ...asked.map(line)];
  const names = observations.map(({ name }) => name);
  return { ready: lines.every(({ ok }) => ok), lines, unknown: leftOut.filter((name) => !names.includes(name)) };
}

function line({ name, needed, verdict }: Observation): Line {
  return { name, ok: needed !== 'to-serve' || verdict.status !== 'down' };
}

/** `error` and `shutting_down` are answered 503, the others 200. */
export type Overall = 'ok' | 'degraded' | 'error' | 'shutting_down';

export function overall(phase: Phase, observations: readonly Observation[]): Overall {
  if (phase === 'draining') return 'shutting_down';
  const effects = observations.map(effect);
  if (phase === 'starting' || effects.includes('down')) return 'error';
  return effects.includes('degraded') ? 'degraded' : 'ok';
}

/** What a dependency's state means for the whole: only what is needed to serve can bring it down. */
export function effect({ needed, verdict }: Observation): Status {
  return verdict.status === 'down' && needed !== 'to-serve' ? 'degraded' : verdict.status;
}
