import fc from 'fast-check';
import { newId } from '#libs/kernel/index.js';
import type { ChangedRows, GoneRows, NewRow, Write } from '#libs/platform/database/index.js';
import type { Decision, EventBody, JournalEvent, Note } from '#libs/workflow/index.js';
import { PUBLIC_NAME } from '#libs/workflow/index.js';
import { AlreadyBegun, OpenLimitReached, OwnershipLost, SeqTaken } from './journal.errors.js';
import type { Journal, NewExecution } from './journal.js';

export interface JournalSubject {
  readonly journal: Journal;
  /** This process, alive. */
  readonly owner: string;
  /** A process that was an owner and lives no more. */
  readonly dead: string;
  /** What the table `audit_event` holds: the `event_type` of each row, in order. */
  audited(): readonly string[] | Promise<readonly string[]>;
  close(): Promise<void>;
}

const NO_LIMIT = 1_000_000;
const CREATED_AT = 1_000;
const CANCEL: Note = { kind: 'cancel-requested', by: 'u1', reason: 'enough' };
const COST: Note = { kind: 'cost-recorded', step: 's1', attempt: 1, epoch: 1, usage: null };
const STARTED: Decision = { kind: 'step-started', step: 's1', attempt: 1, epoch: 1 };
const SKIPPED: Decision = { kind: 'step-skipped', step: 's1', reason: 'condition' };
const INNER: Decision = { kind: 'step-interrupted', step: 's1', attempt: 1 };
const FINISHED: Decision = { kind: 'execution-finished', status: 'completed', error: null };

/** What every adapter of the journal promises. `open` gives each test an empty journal of its own. */
export function journalContract(name: string, open: () => Promise<JournalSubject>): void {
  describe(`journal (${name})`, () => {
    let subject: JournalSubject;
    let journal: Journal;

    beforeEach(async () => {
      subject = await open();
      journal = subject.journal;
    });
    afterEach(() => subject.close());

    /** An accepted execution of this owner, at seq 1 and epoch 1. */
    const accepted = async (wanted: Partial<NewExecution> & { at?: number; prompt?: string } = {}): Promise<string> => {
      const { at = CREATED_AT, prompt = 'hello', ...rest } = wanted;
      const execution = { id: newId(), userId: 'u1', teamId: 't1', owner: subject.owner, ...rest };
      await journal.begin(execution, [birth(execution, at, prompt)], NO_LIMIT);
      return execution.id;
    };
    const finished = async (wanted: Partial<NewExecution> & { at?: number } = {}): Promise<string> => {
      const id = await accepted(wanted);
      await journal.decide(id, 1, events(2, 2, [FINISHED]));
      return id;
    };
    const kinds = async (id: string): Promise<string[]> => (await journal.events(id)).map(({ body }) => body.kind);

    describe('rows of other rooms', () => {
      const line = (said: string): NewRow => {
        const values = { at: 1, actor_type: 'user', event_type: said, entity_type: 'execution', outcome: 'succeeded' };
        return { table: 'audit_event', values };
      };

      test('are written with what they tell of', async () => {
        const execution = { id: newId(), userId: 'u1', teamId: 't1', owner: subject.owner };
        await journal.begin(execution, [birth(execution)], NO_LIMIT, [line('accepted'), line('counted')]);
        await journal.note(execution.id, CANCEL, 2, [line('stopped')]);
        await journal.decide(execution.id, 1, events(3, 3, [FINISHED]), [line('finished')]);
        await journal.remove(execution.id, [line('deleted')]);
        expect(await subject.audited()).toEqual(['accepted', 'counted', 'stopped', 'finished', 'deleted']);
      });

      test('are not written where nothing happens', async () => {
        const id = await accepted();
        const twin = { id, userId: 'u1', teamId: 't1', owner: subject.owner };
        await expect(journal.begin(twin, [birth(twin)], NO_LIMIT, [line('twice')])).rejects.toThrow(AlreadyBegun);
        const other = { ...twin, id: newId() };
        await expect(journal.begin(other, [birth(other)], 1, [line('too many')])).rejects.toThrow(OpenLimitReached);
        await journal.note(newId(), CANCEL, 2, [line('unknown')]);
        await journal.remove(id, [line('still open')]);
        const late = events(2, 2, [STARTED]);
        await expect(journal.decide(id, 2, late, [line('not mine')])).rejects.toThrow(OwnershipLost);
        await journal.note(id, CANCEL, 2);
        await expect(journal.decide(id, 1, late, [line('stale')])).rejects.toThrow(SeqTaken);
        expect(await subject.audited()).toEqual([]);
      });
    });

    describe('rows that other rooms no longer want', () => {
      const names = { id: 'k1', service_name: 'openai', service_key: 'openai', sealed: 'x', user_id: 'u1' };
      const kept = { ...names, holder: 'execution', holder_id: 'e1', created_at: 1, updated_at: 1 };
      const withKey = async (): Promise<string> => {
        const execution = { id: newId(), userId: 'u1', teamId: 't1', owner: subject.owner };
        await journal.begin(execution, [birth(execution)], NO_LIMIT, [{ table: 'provider_key', values: kept }]);
        return execution.id;
      };
      const gone: GoneRows = { table: 'provider_key', where: { holder: 'execution', holder_id: 'e1' } };

      test('go with the append that says so: only then is their place free', async () => {
        const id = await withKey();
        await expect(withKey()).rejects.toThrow();
        await expect(journal.decide(id, 2, events(2, 2, [FINISHED]), [gone])).rejects.toThrow(OwnershipLost);
        await expect(withKey()).rejects.toThrow();
        const other: GoneRows = { ...gone, where: { ...gone.where, holder_id: 'e2' } };
        await journal.decide(id, 1, events(2, 2, [STARTED]), [other]);
        await expect(withKey()).rejects.toThrow();
        await journal.decide(id, 1, events(3, 3, [FINISHED]), [gone, gone]);
        await withKey();
      });

      test('leave no execution behind whose rows cannot be written', async () => {
        await withKey();
        await expect(withKey()).rejects.toThrow();
        expect(await journal.list('u1', { limit: 10, offset: 0 })).toHaveLength(1);
      });
    });

    describe('rows that other rooms change', () => {
      const facts = { service_name: 'openai', service_key: 'openai', user_id: 'u1', created_at: 1, updated_at: 1 };
      const key = (id: string): NewRow => ({
        table: 'provider_key',
        values: { ...facts, id, holder: 'team', holder_id: id, sealed: 'x' },
      });
      const MORE = '{"said": "\\u0000"}\n';
      const change = (where: Readonly<Record<string, string>>): ChangedRows => ({
        table: 'provider_key',
        set: { updated_at: 2, holder: 'user' },
        append: { sealed: MORE },
        where,
      });

      test('take new values and more text, as long as all that is said of them holds', async () => {
        const id = await accepted();
        const also = (...writes: readonly Write[]) => journal.note(id, COST, 2, writes);
        await also(
          key('k1'),
          key('k2'),
          change({ id: 'k1' }),
          change({ id: 'k1' }),
          change({ id: 'k1', holder: 'team' }),
        );
        const gone = (sealed: string): GoneRows => ({
          table: 'provider_key',
          where: { id: 'k1', holder: 'user', sealed },
        });
        await also(gone('x'), gone(`x${MORE}`), gone(`x${MORE}${MORE}${MORE}`));
        await expect(also(key('k1'))).rejects.toThrow();
        await also(gone(`x${MORE}${MORE}`), key('k1'));
        await expect(also(key('k2'))).rejects.toThrow();
      });
    });

    describe('begin', () => {
      test('keeps the first events as they are, and a row beside them', async () => {
        const id = newId();
        const execution = { id, userId: 'u1', teamId: 't1', owner: subject.owner };
        const first = [birth(execution, 1_000, 'hello'), ...events(2, 2, [STARTED], 1_001)] as JournalEvent<Decision>[];
        await journal.begin(execution, first, 1);
        expect(await journal.events(id)).toEqual(first);
        expect(await journal.find(id)).toEqual({
          id,
          userId: 'u1',
          teamId: 't1',
          status: 'running',
          createdAt: 1_000,
          startedAt: 1_001,
          finishedAt: null,
        });
      });

      test('refuses a second start with the same id and leaves the first', async () => {
        const id = await accepted({ prompt: 'first' });
        await expect(accepted({ id, prompt: 'second' })).rejects.toThrow(AlreadyBegun);
        expect(await journal.events(id)).toMatchObject([{ body: { prompt: 'first' } }]);
      });

      test('of 20 starts at the same moment admits exactly as many as the limit', async () => {
        const starts = Array.from({ length: 20 }, (_, n) => {
          const execution = { id: newId(), userId: 'u1', teamId: `t${n}`, owner: subject.owner };
          return journal.begin(execution, [birth(execution)], 5);
        });
        const outcomes = await Promise.allSettled(starts);
        expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
        for (const outcome of outcomes)
          if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(OpenLimitReached);
        expect(await journal.openCount()).toBe(5);
      });

      test('counts neither what is finished nor what is somebody else’s', async () => {
        await finished();
        await accepted({ userId: 'u2' });
        const execution = { id: newId(), userId: 'u1', teamId: 't1', owner: subject.owner };
        await expect(journal.begin(execution, [birth(execution)], 1)).resolves.toBeUndefined();
      });

      test('counts what waits for people only from the moment somebody takes it on', async () => {
        const id = await accepted();
        const next = () => {
          const execution = { id: newId(), userId: 'u1', teamId: 't1', owner: subject.owner };
          return journal.begin(execution, [birth(execution)], 1);
        };
        await journal.release(id, 1, 1, null);
        await expect(next()).rejects.toThrow(OpenLimitReached);
        await journal.claim(id, subject.owner);
        await journal.release(id, 1, 2, 5_000, true);
        expect(await journal.openCount()).toBe(1);
        await next();
        await journal.note(id, CANCEL, 2_000);
        await expect(next()).rejects.toThrow(OpenLimitReached);
        expect(await journal.claim(id, subject.owner)).toMatchObject({ epoch: 3 });
        const third = { id: newId(), userId: 'u1', teamId: 't1', owner: subject.owner };
        await expect(journal.begin(third, [birth(third)], 2)).rejects.toThrow(OpenLimitReached);
      });

      test('an execution without an owner is there for whoever claims it first', async () => {
        const id = await accepted({ owner: null });
        expect(await journal.unattended(subject.owner, CREATED_AT, 10)).toEqual([id]);
        expect(await journal.claim(id, subject.owner)).toMatchObject({ epoch: 1 });
      });
    });

    describe('decide', () => {
      test('appends all events behind the last one, in order', async () => {
        const id = await accepted();
        await journal.decide(id, 1, events(2, 2, [STARTED, INNER]));
        await journal.decide(id, 1, events(4, 3, [FINISHED]));
        expect(await kinds(id)).toEqual([
          'execution-started',
          'step-started',
          'step-interrupted',
          'execution-finished',
        ]);
      });

      test('of two decisions from the same state takes one and nothing of the other', async () => {
        const id = await accepted();
        const [first, second] = await Promise.allSettled([
          journal.decide(id, 1, events(2, 2, [STARTED])),
          journal.decide(id, 1, events(2, 2, [SKIPPED, FINISHED])),
        ]);
        expect(first.status).toBe('fulfilled');
        expect(second).toHaveProperty('reason', expect.any(SeqTaken));
        expect(await kinds(id)).toEqual(['execution-started', 'step-started']);
        expect(await journal.find(id)).toMatchObject({ status: 'running' });
      });

      test('is refused when a note came in between, and when it would leave a gap', async () => {
        const id = await accepted();
        await journal.note(id, CANCEL, 2_000);
        await expect(journal.decide(id, 1, events(2, 2, [STARTED]))).rejects.toThrow(SeqTaken);
        await expect(journal.decide(id, 1, events(4, 3, [STARTED]))).rejects.toThrow(SeqTaken);
        await journal.decide(id, 1, events(3, 3, [STARTED]));
        expect(await kinds(id)).toEqual(['execution-started', 'cancel-requested', 'step-started']);
      });

      test('is refused to an owner that was replaced, even at the right number', async () => {
        const id = await accepted({ owner: subject.dead });
        expect(await journal.claim(id, subject.owner)).toMatchObject({ epoch: 2 });
        await expect(journal.decide(id, 1, events(2, 2, [STARTED]))).rejects.toThrow(OwnershipLost);
        await journal.decide(id, 2, events(2, 2, [STARTED]));
      });

      test('is refused once the execution is released, finished or unknown', async () => {
        const released = await accepted();
        await journal.release(released, 1, 1, null);
        await expect(journal.decide(released, 1, events(2, 2, [STARTED]))).rejects.toThrow(OwnershipLost);

        const over = await finished();
        await expect(journal.decide(over, 1, events(3, 3, [STARTED]))).rejects.toThrow(OwnershipLost);
        await expect(journal.decide(newId(), 1, events(2, 2, [STARTED]))).rejects.toThrow(OwnershipLost);
      });

      test('nothing to append is nothing to refuse', async () => {
        await expect(journal.decide(newId(), 1, [])).resolves.toBeUndefined();
      });

      test('the row follows the events and never leaves a final status', async () => {
        const id = await accepted();
        expect(await journal.find(id)).toMatchObject({ status: 'pending', startedAt: null, finishedAt: null });
        await journal.decide(id, 1, events(2, 2, [STARTED], 2_000));
        await journal.decide(id, 1, events(3, 3, [STARTED], 3_000));
        expect(await journal.find(id)).toMatchObject({ status: 'running', startedAt: 2_000, finishedAt: null });
        await journal.decide(id, 1, events(4, 4, [FINISHED], 4_000));
        await journal.note(id, COST, 5_000);
        expect(await journal.find(id)).toMatchObject({ status: 'completed', startedAt: 2_000, finishedAt: 4_000 });
      });
    });

    describe('note', () => {
      test('gets the next numbers, public ones only for what is public', async () => {
        const id = await accepted();
        expect(await journal.note(id, COST, 2_000)).toEqual({ seq: 2, publicSeq: null, at: 2_000, body: COST });
        expect(await journal.note(id, CANCEL, 2_001)).toEqual({ seq: 3, publicSeq: 2, at: 2_001, body: CANCEL });
        expect(await journal.events(id, 1)).toEqual([
          { seq: 2, publicSeq: null, at: 2_000, body: COST },
          { seq: 3, publicSeq: 2, at: 2_001, body: CANCEL },
        ]);
      });

      test('is taken from everybody, whoever owns the execution', async () => {
        const id = await accepted({ owner: subject.dead });
        expect(await journal.note(id, CANCEL, 2_000)).toMatchObject({ seq: 2 });
      });

      test('is null for what is unknown, and for what is finished unless it is a cost', async () => {
        expect(await journal.note(newId(), CANCEL, 2_000)).toBeNull();
        const id = await finished();
        expect(await journal.note(id, CANCEL, 2_000)).toBeNull();
        expect(await journal.note(id, COST, 2_000)).toMatchObject({ seq: 3 });
        expect(await kinds(id)).toEqual(['execution-started', 'execution-finished', 'cost-recorded']);
        expect(await journal.unattended(subject.owner, NO_LIMIT, 10)).toEqual([]);
      });

      test('wakes what was released, for a time or for good', async () => {
        const forGood = await accepted({ at: 1 });
        const forLater = await accepted({ at: 2 });
        await journal.release(forGood, 1, 1, null);
        await journal.release(forLater, 1, 1, 9_000);
        expect(await journal.unattended(subject.owner, 2_000, 10)).toEqual([]);
        for (const id of [forGood, forLater]) {
          await journal.note(id, CANCEL, 2_000);
          await journal.note(id, CANCEL, 2_001);
        }
        expect(await journal.unattended(subject.owner, 2_001, 10)).toEqual([forGood, forLater]);
      });

      test('leaves what is owned to its owner', async () => {
        const id = await accepted();
        await journal.note(id, CANCEL, 2_000);
        expect(await journal.unattended(subject.owner, 9_000, 10)).toEqual([]);
        expect(await journal.nextWake()).toBeNull();
      });
    });

    describe('claim and release', () => {
      test('takes what a dead process owned, with a higher epoch and its whole journal', async () => {
        const id = await accepted({ owner: subject.dead });
        await journal.note(id, CANCEL, 2_000);
        const claim = await journal.claim(id, subject.owner);
        expect(claim).toEqual({ execution: await journal.find(id), epoch: 2, events: await journal.events(id) });
        expect(claim?.events).toHaveLength(2);
      });

      test('is null for what a living process owns, and for what is finished or unknown', async () => {
        const id = await accepted();
        expect(await journal.claim(id, subject.owner)).toBeNull();
        expect(await journal.claim(await finished(), subject.owner)).toBeNull();
        expect(await journal.claim(newId(), subject.owner)).toBeNull();
      });

      test('of two claims at the same moment one succeeds', async () => {
        const id = await accepted({ owner: subject.dead });
        const claims = await Promise.all([journal.claim(id, subject.owner), journal.claim(id, subject.owner)]);
        expect(claims.filter((claim) => claim !== null)).toHaveLength(1);
      });

      test('each ownership has a higher number than any before', async () => {
        const id = await accepted();
        for (const epoch of [2, 3, 4]) {
          expect(await journal.release(id, 1, epoch - 1, 0)).toBe(true);
          expect(await journal.claim(id, subject.owner)).toMatchObject({ epoch });
        }
      });

      test('a released execution waits for its time, and a claim clears it', async () => {
        const id = await accepted();
        expect(await journal.release(id, 1, 1, 5_000)).toBe(true);
        expect(await journal.nextWake()).toBe(5_000);
        expect(await journal.unattended(subject.owner, 4_999, 10)).toEqual([]);
        expect(await journal.unattended(subject.owner, 5_000, 10)).toEqual([id]);
        await journal.claim(id, subject.owner);
        expect(await journal.nextWake()).toBeNull();
        expect(await journal.unattended(subject.owner, 9_000, 10)).toEqual([]);
      });

      test('lets go only of what was read to its end, and only to its owner', async () => {
        const id = await accepted();
        await journal.note(id, CANCEL, 2_000);
        expect(await journal.release(id, 1, 1, null)).toBe(false);
        await expect(journal.release(id, 2, 2, null)).rejects.toThrow(OwnershipLost);
        await expect(journal.release(newId(), 1, 1, null)).rejects.toThrow(OwnershipLost);
        expect(await journal.release(id, 2, 1, null)).toBe(true);
        await expect(journal.release(id, 2, 1, 7_000)).rejects.toThrow(OwnershipLost);
        await expect(journal.release(await finished(), 2, 1, null)).rejects.toThrow(OwnershipLost);
        expect(await journal.nextWake()).toBeNull();
      });

      test('an owner finds again what is his, begun or claimed, as often as he asks', async () => {
        const begun = await accepted();
        const taken = await accepted({ owner: subject.dead });
        const claim = await journal.claim(taken, subject.owner);
        const first = { execution: await journal.find(begun), epoch: 1, events: await journal.events(begun) };
        for (const [id, his] of [
          [begun, first],
          [taken, claim],
          [taken, claim],
        ] as const)
          expect(await journal.owned(id, subject.owner)).toEqual(his);
      });

      test('nobody finds as his what another owns, or nobody, or what is over', async () => {
        const released = await accepted();
        await journal.release(released, 1, 1, null);
        for (const id of [released, await finished(), await accepted({ owner: subject.dead }), newId()])
          expect(await journal.owned(id, subject.owner)).toBeNull();
      });

      test('a note in the moment of a release is read by somebody', async () => {
        for (const noteFirst of [true, false]) {
          const id = await accepted();
          const note = () => journal.note(id, CANCEL, 2_000);
          const release = () => journal.release(id, 1, 1, null);
          const pair = noteFirst ? [note(), release()] : [release(), note()];
          const released = (await Promise.all(pair)).includes(true);
          expect((await journal.unattended(subject.owner, 2_000, 10)).includes(id)).toBe(released);
        }
      });

      test('what nobody attends comes oldest first, and no more than asked for', async () => {
        const dead = await accepted({ owner: subject.dead, at: 30 });
        const due = await accepted({ owner: null, at: 10 });
        const young = await accepted({ owner: null, at: 40 });
        const later = await accepted({ owner: null, at: 20 });
        await journal.claim(later, subject.owner);
        expect(await journal.unattended(subject.owner, 1_000, 10)).toEqual([due, dead, young]);
        expect(await journal.unattended(subject.owner, 1_000, 2)).toEqual([due, dead]);
      });
    });

    describe('reading', () => {
      test('events begin behind the one that was seen', async () => {
        const id = await accepted();
        await journal.decide(id, 1, events(2, 2, [STARTED, INNER, FINISHED]));
        expect((await journal.events(id, 2)).map(({ seq }) => seq)).toEqual([3, 4]);
        expect(await journal.events(id, 4)).toEqual([]);
        expect(await journal.events(newId())).toEqual([]);
      });

      test('public events have numbers without gaps, and a reader goes on from the last it saw', async () => {
        const id = await accepted();
        await journal.decide(id, 1, events(2, 2, [STARTED, INNER, INNER, STARTED]));
        await journal.note(id, CANCEL, 2_000);
        await journal.decide(id, 1, events(7, 5, [INNER, FINISHED]));
        const seen = async (after: number, limit: number): Promise<(number | null)[]> =>
          (await journal.publicEvents(id, after, limit)).map(({ publicSeq }) => publicSeq);
        expect(await seen(0, 100)).toEqual([1, 2, 3, 4, 5]);
        expect(await seen(3, 100)).toEqual([4, 5]);
        expect(await seen(1, 2)).toEqual([2, 3]);
        expect(await seen(5, 100)).toEqual([]);
      });

      test('large bodies come back as they were, whatever they hold', async () => {
        const large = `${'ä"\\\u0000\ud800'.repeat(3_000)} end`;
        const id = await accepted({ prompt: large });
        const data = JSON.parse(
          `{"__proto__": {"x": "${'y'.repeat(9_000)}"}, "list": [1, "${'z'.repeat(9_000)}", null]}`,
        );
        const output = { result: large, data, execution_time: 1.5 };
        const report = { step: 's1', attempt: 1, epoch: 1, outcome: { ok: true, output, usage: null } } as const;
        await journal.note(id, { kind: 'step-reported', report }, 2_000);
        const { outcome: _, ...performance } = report;
        const succeeded: Decision = { kind: 'step-succeeded', ...performance, output, usage: null };
        await journal.decide(id, 1, events(3, 2, [succeeded]));

        const [begun, reported, settled] = await journal.events(id);
        expect(begun?.body).toHaveProperty('prompt', large);
        expect(JSON.stringify(reported?.body)).toBe(JSON.stringify({ kind: 'step-reported', report }));
        expect(JSON.stringify(settled?.body)).toBe(JSON.stringify(succeeded));
        expect(await journal.publicEvents(id, 1, 1)).toEqual([settled]);
      });

      test('lists a user’s executions, newest first, by team and status', async () => {
        const old = await accepted({ at: 10 });
        const other = await accepted({ at: 20, teamId: 't2' });
        const over = await finished({ at: 30 });
        await accepted({ at: 40, userId: 'u2' });
        const listed = async (filter: Parameters<Journal['list']>[1]): Promise<string[]> =>
          (await journal.list('u1', filter)).map(({ id }) => id);

        expect(await listed({ limit: 10, offset: 0 })).toEqual([over, other, old]);
        expect(await listed({ limit: 1, offset: 1 })).toEqual([other]);
        expect(await listed({ teamId: 't1', limit: 10, offset: 0 })).toEqual([over, old]);
        expect(await listed({ statuses: ['pending', 'running'], limit: 10, offset: 0 })).toEqual([other, old]);
        expect(await listed({ teamId: 't1', statuses: ['completed'], limit: 10, offset: 0 })).toEqual([over]);
        expect(await listed({ statuses: [], limit: 10, offset: 0 })).toEqual([]);
        expect(await journal.list('u2', { teamId: 't2', limit: 10, offset: 0 })).toEqual([]);
        expect(await journal.list('u1', { limit: 1, offset: 2 })).toEqual([await journal.find(old)]);
      });

      test('knows what is open: of a team, and altogether', async () => {
        const first = await accepted({ at: 10 });
        const second = await accepted({ at: 20, userId: 'u2' });
        await accepted({ teamId: 't2' });
        await finished();
        expect(await journal.openOf('t1')).toEqual([first, second]);
        expect(await journal.openOf('t3')).toEqual([]);
        expect(await journal.openCount()).toBe(3);
        expect(await journal.find(newId())).toBeNull();
      });
    });

    test('removes what is finished with all that belongs to it, and nothing else', async () => {
      const open = await accepted();
      const over = await finished();
      expect(await journal.remove(open)).toBe(false);
      expect(await journal.remove(newId())).toBe(false);
      expect(await journal.remove(over)).toBe(true);
      expect(await journal.remove(over)).toBe(false);
      expect(await journal.find(over)).toBeNull();
      expect(await journal.events(over)).toEqual([]);
      expect(await kinds(open)).toEqual(['execution-started']);
    });

    test('whatever owner and others append at the same time, numbers have no gap and nothing accepted is lost', async () => {
      const wave = fc.array(fc.constantFrom('decide', 'decide', 'note', 'cost'), { minLength: 1, maxLength: 6 });
      await fc.assert(
        fc.asyncProperty(fc.array(wave, { maxLength: 6 }), async (waves) => {
          const id = await accepted();
          let accepted_ = 1;
          for (const appends of waves) {
            const seen = await journal.events(id);
            const next = seen.length + 1;
            const nextPublic = seen.filter(({ publicSeq }) => publicSeq !== null).length + 1;
            const outcomes = await Promise.allSettled(
              appends.map((kind) => {
                if (kind === 'note') return journal.note(id, CANCEL, 2_000);
                if (kind === 'cost') return journal.note(id, COST, 2_000);
                return journal.decide(id, 1, events(next, nextPublic, [INNER, STARTED]));
              }),
            );
            for (const [n, { status }] of outcomes.entries())
              if (status === 'fulfilled') accepted_ += appends[n] === 'decide' ? 2 : 1;
          }
          const all = await journal.events(id);
          expect(all.map(({ seq }) => seq)).toEqual(Array.from({ length: accepted_ }, (_, n) => n + 1));
          const shown = all.filter(({ publicSeq }) => publicSeq !== null);
          expect(shown.map(({ publicSeq }) => publicSeq)).toEqual(shown.map((_, n) => n + 1));
          expect(shown.every(({ body }) => PUBLIC_NAME[body.kind] !== null)).toBe(true);
        }),
        { numRuns: 60 },
      );
    });
  });
}

function birth({ id, userId, teamId }: NewExecution, at = CREATED_AT, prompt = 'hello'): JournalEvent<Decision> {
  const plan = { strategy: 'sequential', nodes: [], loops: [], onFailure: 'stop', width: 1 } as const;
  const facts = {
    format: 1,
    executionId: id,
    userId,
    teamId,
    teamName: 'a team',
    prompt,
    plan,
    agents: {},
    prices: {},
  };
  return { seq: 1, publicSeq: 1, at, body: { kind: 'execution-started', ...facts } };
}

/** Numbered as their owner would: from `seq` and `publicSeq` on. */
function events<B extends EventBody>(
  seq: number,
  publicSeq: number,
  bodies: readonly B[],
  at = 2_000,
): JournalEvent<B>[] {
  let next = publicSeq;
  return bodies.map((body, n) => {
    const isPublic = PUBLIC_NAME[body.kind] !== null;
    return { seq: seq + n, publicSeq: isPublic ? next++ : null, at, body };
  });
}
