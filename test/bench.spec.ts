// Real: the floor program in a process of its own, on a real file, under a short load.
import { Floor } from '../bench/floor-server.js';
import { callAgain, readAgain } from '../bench/load.js';
import { measureDisk } from '../bench/measure-disk.js';
import { optionsOf } from '../bench/options.js';
import { Program } from '../bench/program.js';
import { percentile, spreadOf } from '../bench/statistics.js';
import { atMost, tableOf } from '../bench/table.js';
import { tempFolder } from './harness/index.js';

afterAll(() => Program.killAll());

test('says the middle of the rounds and how far they lie apart', () => {
  expect(spreadOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
  expect(spreadOf([4, 1, 2, 3])).toEqual({ median: 2.5, min: 1, max: 4 });
});

test.each([
  { share: 0.5, value: 50 },
  { share: 0.99, value: 99 },
  { share: 1, value: 100 },
])('finds what $share of all values do not exceed', ({ share, value }) => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(percentile(values, share)).toBe(value);
});

test('prints each figure beside its target and says whether that is met', () => {
  const ours = spreadOf([1_200, 900, 1_250]);
  const table = tableOf([{ what: 'start', unit: 'ms', ours, target: atMost(1_000, ours, '≤ 1 s') }]);
  expect(table).toMatch(/^start +1200 \(900–1250\) ms +≤ 1 s +MISSED$/m);
});

test('measures what is asked for, in its own order, and refuses what it does not know', () => {
  expect(optionsOf(['--only', 'get,run', '--rounds', '5', '--quick'])).toMatchObject({
    only: ['run', 'get'],
    rounds: 5,
    isQuick: true,
  });
  expect(optionsOf(['--database', 'postgres']).only).toEqual(['fsync', 'run', 'fanout', 'step', 'get']);
  expect(() => optionsOf(['--only', 'speed'])).toThrow('this database: speed');
  expect(() => optionsOf(['--only', 'crash', '--database', 'postgres'])).toThrow('this database: crash');
  expect(() => optionsOf(['--database', 'oracle'])).toThrow('--database');
  expect(() => optionsOf(['--rounds', '0'])).toThrow('--rounds');
});

test('measures the disk and leaves no file', () => {
  const [figure] = measureDisk(tempFolder());
  expect(figure?.ours.median).toBeGreaterThan(0);
});

test('loads the floor, which keeps what it answers', async () => {
  const floor = await Floor.start(tempFolder());
  const until = { count: 20 };
  const runs = await callAgain({ kind: 'calls', call: floor.run(), inFlight: 4, until, expect: '"completed"' });
  expect(runs).toMatchObject({ count: 20, p50Ms: expect.any(Number), perSecond: expect.any(Number) });

  const team = { team_id: 't1', user_id: 'u1', name: 'Team', description: null, agent_ids: ['a1'], team_config: {} };
  const at = '2026-11-22T11:00:00.000Z';
  await floor.keep({ ...team, workflow_definition: { type: 'parallel' }, created_at: at, updated_at: at });
  const reads = await readAgain({ kind: 'reads', call: floor.read('t1'), connections: 2, ms: 200 });
  expect(reads.count).toBeGreaterThan(0);
});

test('takes no refusal for a result', async () => {
  const floor = await Floor.start(tempFolder());
  const calls = { kind: 'calls', inFlight: 1, until: { count: 1 }, expect: 'whatever' } as const;
  await expect(callAgain({ ...calls, call: floor.read('unknown') })).rejects.toThrow('was answered 404');
  await expect(callAgain({ ...calls, call: floor.run() })).rejects.toThrow('lacks whatever');
});
