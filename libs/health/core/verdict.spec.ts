import { type Finding, type Observation, type Subject, settle, troubleIn } from './verdict.js';

const DATABASE: Subject = { name: 'database', needed: 'to-serve', required: null };
const UP: Finding = { verdict: { status: 'up' }, found: 'x', evidence: {} };
const DOWN: Finding = {
  verdict: { status: 'down', because: 'it hangs', impact: 'all', fix: ['mend it'] },
  found: null,
  evidence: {},
};

/** The observations after each of these looks, a second apart. */
function after(...looks: readonly Finding[]): readonly Observation[] {
  const seen: Observation[] = [];
  for (const [second, look] of looks.entries()) {
    seen.push(settle(DATABASE, seen.at(-1) ?? null, look, { now: second * 1_000, durationMs: 1 }));
  }
  return seen;
}

const statuses = (seen: readonly Observation[]): readonly string[] => seen.map(({ verdict }) => verdict.status);

describe('what stands of a dependency', () => {
  it('believes the very first look', () => {
    expect(statuses(after(DOWN))).toEqual(['down']);
    expect(statuses(after(UP))).toEqual(['up']);
  });

  it('spares what was up one failure', () => {
    expect(statuses(after(UP, DOWN, UP))).toEqual(['up', 'degraded', 'up']);
    expect(statuses(after(UP, DOWN, DOWN))).toEqual(['up', 'degraded', 'down']);
  });

  it('does not forgive what is down already', () => {
    expect(statuses(after(DOWN, DOWN, DOWN))).toEqual(['down', 'down', 'down']);
  });

  it('believes one good look', () => {
    expect(statuses(after(UP, DOWN, DOWN, UP))).toEqual(['up', 'degraded', 'down', 'up']);
  });

  it('never calls what flaps down', () => {
    expect(statuses(after(UP, DOWN, UP, DOWN, UP, DOWN))).not.toContain('down');
  });

  it('keeps since when a state stands, and says why even while it spares', () => {
    const seen = after(UP, UP, DOWN, DOWN, DOWN);
    expect(seen.map(({ since }) => since)).toEqual([0, 0, 2_000, 3_000, 3_000]);
    expect(seen.map(({ verdict }) => troubleIn(verdict)?.because ?? null)).toEqual([
      null,
      null,
      'it hangs',
      'it hangs',
      'it hangs',
    ]);
  });
});
