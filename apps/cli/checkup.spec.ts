import { type Checkup, checkupOf, fine, problem, reportOf, verdictOn } from './checkup.js';
import { painter } from './paint.js';

const trouble = { because: 'It is slow.\nVery slow.', impact: '', fix: ['Wait.', 'Pray.'] };
const broken = problem('port', 'h:1', trouble);

describe('a checkup', () => {
  it.each([
    [{ status: 'up' }, 'ok'],
    [{ status: 'up', advice: trouble }, 'advice'],
    [{ status: 'degraded', ...trouble }, 'advice'],
    [{ status: 'down', ...trouble }, 'problem'],
  ] as const)('takes %j for %s', (verdict, state) => {
    const checkup = checkupOf('disk', { verdict, found: '1 MiB', evidence: {} });
    expect(checkup).toMatchObject({ name: 'disk', state, found: '1 MiB' });
    expect('trouble' in checkup).toBe(state !== 'ok');
  });

  it('may have found nothing', () => {
    expect(checkupOf('disk', { verdict: { status: 'up' }, found: null, evidence: {} }).found).toBe('');
    expect(checkupOf('disk', { verdict: { status: 'down', ...trouble }, found: null, evidence: {} }).found).toBe('');
  });

  it('is a line, and below it why and what mends it', () => {
    expect(reportOf([fine('runtime', 'Node.js 24'), broken], painter(false))).toBe(
      [
        'ok       runtime  Node.js 24',
        'problem  port     h:1',
        '                  It is slow.',
        '                  Very slow.',
        '                  -> Wait.',
        '                  -> Pray.',
        '',
      ].join('\n'),
    );
  });
});

it.each<[readonly Checkup[], number]>([
  [[fine('a', '')], 0],
  [[{ name: 'a', state: 'advice', found: '', trouble }], 0],
  [[fine('a', ''), broken], 1],
  [[broken, problem('configuration', '', trouble)], 78],
])('the verdict on %j is %i', (checkups, code) => {
  expect(verdictOn(checkups)).toBe(code);
});
