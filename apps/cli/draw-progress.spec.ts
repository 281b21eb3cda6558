import { frameOf } from './draw-progress.js';
import { painter } from './paint.js';
import type { AgentProgress } from './progress.js';

const agent = (more: Partial<AgentProgress>): AgentProgress => ({
  id: 'a',
  name: 'Ada',
  state: 'waiting',
  attempt: 1,
  text: '',
  startedAt: null,
  endedAt: null,
  tokens: null,
  trouble: null,
  ...more,
});
const frame = (agents: readonly AgentProgress[], { columns = 60, now = 2_000, colour = false } = {}) =>
  frameOf({ agents, startedAt: 0, status: null }, now, { columns, paint: painter(colour) });

describe('a frame', () => {
  it('has a line for each agent, names and times in columns', () => {
    const lines = frame([
      agent({ state: 'done', startedAt: 0, endedAt: 1_200, tokens: 1_234, text: '\nFirst line\nsecond' }),
      agent({ name: 'Bartholomew', state: 'running', startedAt: 1_300, text: 'so far\nand now\n' }),
      agent({ name: 'Cy' }),
    ]);
    expect(lines.map((line) => line.trimEnd())).toEqual([
      ' ✓ Ada           1.2 s  1,234 tokens  First line',
      ' ⠴ Bartholomew   0.7 s  and now',
      ' · Cy',
    ]);
  });

  it.each([
    [{ state: 'retrying', trouble: 'It broke.' }, ' ↻ Ada          tries again: It broke.'],
    [{ state: 'retrying' }, ' ↻ Ada          tries again:'],
    [{ state: 'failed', trouble: 'It broke.' }, ' ✗ Ada          It broke.'],
    [{ state: 'failed' }, ' ✗ Ada          failed'],
    [{ state: 'skipped' }, ' – Ada          skipped'],
    [{ state: 'cancelled' }, ' ■ Ada          cancelled'],
    [{ state: 'done' }, ' ✓ Ada          0 tokens'],
  ] as const)('shows %j', (state, line) => {
    expect(frame([agent(state)])[0]?.trimEnd()).toBe(line);
  });

  it('turns the spinner with time', () => {
    const running = [agent({ state: 'running', startedAt: 0 })];
    expect(frame(running, { now: 0 })).not.toEqual(frame(running, { now: 80 }));
  });

  it('is never wider than the screen', () => {
    const lines = frame([agent({ state: 'running', startedAt: 0, text: 'x'.repeat(200) })], { columns: 30 });
    expect(lines[0]).toHaveLength(29);
    expect(frame([agent({ name: 'n'.repeat(50), text: 'x' })], { columns: 30 })[0]?.length).toBeLessThan(30);
  });

  it('has colours where they are wanted', () => {
    expect(frame([agent({ state: 'done' })], { colour: true })[0]).toContain('\u001b[32m✓');
  });
});
