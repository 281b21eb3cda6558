import { report } from './report.js';
import type { Observation, Verdict } from './verdict.js';

function seen(name: string, verdict: Verdict): Observation {
  return {
    name,
    needed: 'to-serve',
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

const trouble = (first: string) => ({ because: 'b', impact: 'i', fix: [first, 'then the rest'] });

describe('the report on dependencies', () => {
  it('is as bad as the worst of them, and recommends the worst trouble first', () => {
    const all = report([
      seen('disk', { status: 'up', advice: trouble('a faster disk') }),
      seen('database', { status: 'down', ...trouble('start it') }),
      seen('mail', { status: 'degraded', ...trouble('look at it') }),
      seen('runtime', { status: 'degraded', ...trouble('upgrade'), conflict: true }),
    ]);
    expect(all).toEqual({
      status: 'incompatible',
      missing: ['database'],
      conflicts: ['runtime'],
      recommendations: ['upgrade', 'start it', 'look at it', 'a faster disk'],
    });
  });

  it('has nothing to say when nothing is wrong', () => {
    expect(report([seen('database', { status: 'up' })])).toEqual({
      status: 'up',
      missing: [],
      conflicts: [],
      recommendations: [],
    });
    expect(report([]).status).toBe('up');
  });
});
