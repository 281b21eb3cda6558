// Real: the journal on a database, its tail, the registry.
import { Logger } from '@nestjs/common';
import { Registry } from 'prom-client';
import { type Journal, openJournal, Tail } from '#libs/journal/index.js';
import type { Database } from '#libs/platform/database/index.js';
import { testDatabase } from '#libs/platform/database/testing/test-database.js';
import type { Decision, ExecutionStarted, JournalEvent } from '#libs/workflow/index.js';
import { migrations } from '#migrations/index.js';
import { ExecutionCounters } from './execution-counters.js';
import { Metrics } from './metrics.js';
import { RequestDurations } from './request-durations.js';

const NODE = { id: 's1', agentId: 'a' } as ExecutionStarted['plan']['nodes'][number];
const START = {
  kind: 'execution-started',
  format: 1,
  executionId: 'e1',
  userId: 'u1',
  teamId: 't1',
  teamName: 'Team',
  prompt: '',
  plan: { strategy: 'sequential', nodes: [NODE], loops: [], onFailure: 'stop', width: 1 },
  agents: { a: { runner: 'sim' } },
  prices: {},
} as ExecutionStarted;

const event = <B extends Decision>(seq: number, body: B): JournalEvent<B> => ({ seq, publicSeq: seq, at: 0, body });
const FAILED = event(2, {
  kind: 'step-failed',
  step: 's1',
  attempt: 1,
  epoch: 1,
  error: { code: 'x.y', message: '' },
  usage: null,
});
const FINISHED = event(3, { kind: 'execution-finished', status: 'failed', error: null });

describe('counters of executions', () => {
  let database: Database;
  let journal: Journal;
  let tail: Tail;
  let metrics: Metrics;

  beforeEach(async () => {
    Logger.overrideLogger(false);
    database = await testDatabase({ entities: [], migrations });
    journal = openJournal(database);
    tail = new Tail();
    const registry = new Registry();
    metrics = new Metrics(registry, new RequestDurations());
    new ExecutionCounters(registry, journal, tail).onModuleInit();
  });
  afterEach(() => database.close());

  const count = async (name: string) =>
    (await metrics.families())
      .find((family) => family.name === name)
      ?.samples.map(({ labels, value }) => [labels, value]);

  it('count a run from its beginning to its end', async () => {
    tail.publish('e1', [event(1, START)]);
    tail.publish('e1', [FAILED, FINISHED]);
    expect(await count('renum_steps_finished_total')).toEqual([[{ runner: 'sim', outcome: 'failed' }, 1]]);
    expect(await count('renum_executions_finished_total')).toEqual([[{ outcome: 'failed' }, 1]]);
  });

  it('ask the journal what performs the steps of a run that another process began', async () => {
    const execution = { id: 'e1', userId: 'u1', teamId: 't1', owner: null };
    await journal.begin(execution, [event(1, START)], 5);
    tail.publish('e1', [FAILED]);
    while (!(await count('renum_steps_finished_total'))?.length) await new Promise(setImmediate);
    expect(await count('renum_steps_finished_total')).toEqual([[{ runner: 'sim', outcome: 'failed' }, 1]]);
  });

  it('ask it again about a run that was not heard of for so long that others took its place', async () => {
    const execution = { id: 'e1', userId: 'u1', teamId: 't1', owner: null };
    await journal.begin(execution, [event(1, START)], 5);
    tail.publish('e1', [event(1, START)]);
    for (let n = 0; n < 5_000; n++) tail.publish(`other ${n}`, [event(1, START)]);
    tail.publish('e1', [FAILED]);
    expect(await count('renum_steps_finished_total')).toEqual([]);
    while (!(await count('renum_steps_finished_total'))?.length) await new Promise(setImmediate);
    expect(await count('renum_steps_finished_total')).toEqual([[{ runner: 'sim', outcome: 'failed' }, 1]]);
  });

  it('count nothing rather than stop the run when the journal cannot be read', async () => {
    await database.close();
    expect(() => tail.publish('e9', [FAILED])).not.toThrow();
    await new Promise(setImmediate);
    expect(await count('renum_steps_finished_total')).toEqual([]);
  });
});
