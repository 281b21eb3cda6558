import { type Observation, type Status, troubleIn, type Verdict } from './verdict.js';

export type Fitness = Status | 'incompatible';

export interface Report {
  /** The worst of all. */
  readonly status: Fitness;
  /** Names of what is needed and not there. */
  readonly missing: readonly string[];
  /** Names of what is there in a form that does not fit. */
  readonly conflicts: readonly string[];
  /** The first step for each trouble, the worst trouble first. */
  readonly recommendations: readonly string[];
}

const SEVERITY: Readonly<Record<Fitness, number>> = { up: 0, degraded: 1, down: 2, incompatible: 3 };

export function report(observations: readonly Observation[]): Report {
  const worstFirst = observations.toSorted((a, b) => SEVERITY[fitness(b.verdict)] - SEVERITY[fitness(a.verdict)]);
  const worst = worstFirst[0];
  return {
    status: worst ? fitness(worst.verdict) : 'up',
    missing: namesOf(observations, 'down'),
    conflicts: namesOf(observations, 'incompatible'),
    recommendations: worstFirst.flatMap(({ verdict }) => troubleIn(verdict)?.fix.slice(0, 1) ?? []),
  };
}

export function fitness(verdict: Verdict): Fitness {
  return troubleIn(verdict)?.conflict ? 'incompatible' : verdict.status;
}

function namesOf(observations: readonly Observation[], kind: Fitness): readonly string[] {
  return observations.filter(({ verdict }) => fitness(verdict) === kind).map(({ name }) => name);
}
