import { effect, overall, readiness } from './readiness.js';
import type { Need, Observation, Status } from './verdict.js';

function seen(name: string, needed: Need, status: Status): Observation {
  const verdict = status === 'up' ? { status } : { status, because: 'because', impact: 'impact', fix: [] };
  return {
    name,
    needed,
    required: null,
    verdict,
    found: null,
    evidence: {},
    since: 0,
    checkedAt: 0,
    durationMs: 0,
    failures: 0,
  };
}

const ALL_UP = [seen('database', 'to-serve', 'up'), seen('model', 'to-execute', 'up')];

describe('readiness', () => {
  it.each(['starting', 'draining'] as const)(
    'is refused while %s, whatever is up and whatever is left out',
    (phase) => {
      expect(readiness(phase, ALL_UP).ready).toBe(false);
      expect(readiness(phase, ALL_UP, ['lifecycle', 'database']).ready).toBe(false);
    },
  );

  it('falls only with what is needed to serve', () => {
    expect(readiness('ready', [seen('model', 'to-execute', 'down'), seen('mail', 'to-observe', 'down')]).ready).toBe(
      true,
    );
    expect(readiness('ready', [seen('database', 'to-serve', 'degraded')]).ready).toBe(true);
    expect(readiness('ready', [seen('database', 'to-serve', 'down')]).ready).toBe(false);
  });

  it('names every check and which one failed', () => {
    const { lines } = readiness('ready', [seen('database', 'to-serve', 'down'), seen('disk', 'to-execute', 'up')]);
    expect(lines).toEqual([
      { name: 'lifecycle', ok: true },
      { name: 'database', ok: false },
      { name: 'disk', ok: true },
    ]);
  });

  it('leaves out what it is told to, and warns of names nobody knows', () => {
    const { ready, unknown } = readiness('ready', [seen('database', 'to-serve', 'down')], ['database', 'datbase']);
    expect([ready, unknown]).toEqual([true, ['datbase']]);
  });
});

describe('the state of the whole', () => {
  it.each([
    ['ready', 'to-serve', 'up', 'ok'],
    ['ready', 'to-serve', 'degraded', 'degraded'],
    ['ready', 'to-serve', 'down', 'error'],
    ['ready', 'to-execute', 'down', 'degraded'],
    ['ready', 'to-observe', 'down', 'degraded'],
    ['starting', 'to-serve', 'up', 'error'],
    ['draining', 'to-serve', 'down', 'shutting_down'],
  ] as const)('%s, with something needed %s that is %s: %s', (phase, needed, status, expected) => {
    expect(overall(phase, [seen('x', needed, status)])).toBe(expected);
  });

  it('is never brought down by what only some need', () => {
    expect(effect(seen('model', 'to-execute', 'down'))).toBe('degraded');
    expect(effect(seen('database', 'to-serve', 'down'))).toBe('down');
  });
});
