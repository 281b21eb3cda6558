import { advance, lateCost, numbered } from './advance.js';
import type { EventBody, JournalEvent, Note } from './events.js';
import { fold, foldAll, UNBORN } from './fold.js';
import type { State } from './state.js';
import {
  CANCEL,
  journalOf,
  planWith,
  question,
  report,
  started,
  stateAfter,
  stepThat,
  succeeded,
  usageOf,
} from './testing/journals.js';

const PLAN = planWith({ s1: {}, s2: { after: ['s1'] } });
const NOW = 50_000;
const kinds = (events: readonly JournalEvent[]): readonly string[] => events.map(({ body }) => body.kind);
const cost = (micros: number | null): Note => {
  return { kind: 'cost-recorded', step: 's1', attempt: 1, epoch: 1, usage: micros === null ? null : usageOf(micros) };
};

describe('one pass', () => {
  it('writes the result and what follows from it together', () => {
    const before = stateAfter(PLAN, started('s1'));
    const { events, state, wakeAt } = advance(before, [report('s1', 'done')], NOW, 0.5);
    expect(kinds(events)).toEqual(['step-succeeded', 'step-started']);
    expect(events.map(({ seq, publicSeq, at }) => [seq, publicSeq, at])).toEqual([
      [3, 3, NOW],
      [4, 4, NOW],
    ]);
    expect(state).toEqual(foldAll(events, before));
    expect(wakeAt).toBeNull();
  });

  it('takes every result at hand into one append', () => {
    const plan = planWith({ s1: {}, s2: {}, s3: { after: ['s1', 's2'] } });
    const before = stateAfter(plan, started('s1'), started('s2'));
    const { events } = advance(before, [report('s2', 'b'), report('s1', 'a')], NOW, 0.5);
    expect(kinds(events)).toEqual(['step-succeeded', 'step-succeeded', 'step-started']);
  });

  it('comes to the end by itself', () => {
    const before = stateAfter(PLAN, started('s1'), succeeded('s1'), started('s2'));
    const { events, state } = advance(before, [report('s2', 'done')], NOW, 0.5);
    expect(kinds(events)).toEqual(['step-succeeded', 'execution-finished']);
    expect(state.status).toBe('completed');
  });

  it('says nothing where nothing is due', () => {
    const before = stateAfter(PLAN, started('s1'));
    expect(advance(before, [], NOW, 0.5)).toEqual({ events: [], state: before, wakeAt: null });
  });

  it('says first what its owner has to say', () => {
    const before = stateAfter(PLAN, started('s1'));
    const { events } = advance(before, [], NOW, 0.5, { first: [{ kind: 'execution-taken', epoch: 2 }] });
    expect(kinds(events)).toEqual(['execution-taken', 'step-interrupted', 'step-resumed']);
    expect(events.map(({ publicSeq }) => publicSeq)).toEqual([null, null, null]);
  });

  it('parks an asker and begins what it asked in one append', () => {
    const before = stateAfter(PLAN, started('s1'));
    const park = { kind: 'step-parked', step: 's1', attempt: 1, why: 'answer', until: NOW + 9 } as const;
    const { events, wakeAt } = advance(before, [], NOW, 0.5, { first: [question('c1', 's1', NOW + 5), park] });
    expect(kinds(events)).toEqual(['step-added', 'step-parked', 'step-started']);
    expect(wakeAt).toBe(NOW + 5);
  });

  it('tells when to look again, and spreads retries by the chance it is given', () => {
    const before = stateAfter(PLAN, started('s1'));
    const waits = [0, 1].map((jitter) => advance(before, [report('s1', '!server_error')], NOW, jitter).wakeAt);
    expect(waits).toEqual([NOW + 500, NOW + 1_000]);
  });

  it('writes what a late result cost, once, and nothing else of it', () => {
    const before = stateAfter(PLAN, started('s1'), succeeded('s1'), started('s2'));
    const late = report('s1', 'again', { usage: usageOf(5) });
    const { events, state } = advance(before, [late, late], NOW, 0.5);
    expect(events.map(({ body }) => body)).toEqual([cost(5)]);
    expect(stepThat(state, 's1', 'succeeded').output.result).toBe('result of s1');
  });

  it('counts a result that is delivered twice in one pass once', () => {
    const once = report('s1', 'done', { usage: usageOf(5) });
    const { events } = advance(stateAfter(PLAN, started('s1')), [once, once], NOW, 0.5);
    expect(kinds(events)).toEqual(['cost-recorded', 'step-succeeded', 'step-started']);
  });

  it('ends a cancelled run once the costs it waited for have come', () => {
    const before = stateAfter(PLAN, started('s1'), CANCEL);
    const cut = advance(before, [], NOW, 0.5);
    expect(kinds(cut.events)).toEqual(['step-cancelled', 'step-cancelled']);
    expect(cut.wakeAt).toBe(NOW + 1_000);
    const end = advance(cut.state, [report('s1', '!step.cancelled')], NOW + 10, 0.5);
    expect(end.events.map(({ body }) => body)).toMatchObject([cost(null), { kind: 'execution-finished' }]);
  });
});

describe('numbers', () => {
  it('follow the state, and only public events have a public one', () => {
    const state = stateAfter(PLAN, started('s1'));
    expect(numbered(state, CANCEL, 7)).toEqual({ seq: 3, publicSeq: 3, at: 7, body: CANCEL });
    const inner: EventBody = { kind: 'execution-taken', epoch: 2 };
    expect(numbered(state, inner, 7)).toEqual({ seq: 3, publicSeq: null, at: 7, body: inner });
    expect(numbered(UNBORN, inner, 7).seq).toBe(1);
  });

  it('have no gap in a whole journal', () => {
    const journal = journalOf(PLAN, [started('s1'), { kind: 'execution-taken', epoch: 2 }, succeeded('s1')]);
    expect(journal.map(({ seq, publicSeq }) => [seq, publicSeq])).toEqual([
      [1, 1],
      [2, 2],
      [3, null],
      [4, 3],
    ]);
  });
});

describe('the cost of a late result', () => {
  const ran = (): State => stateAfter(PLAN, started('s1'), succeeded('s1'));
  const charged = (micros: number | null): State => fold(ran(), { seq: 9, publicSeq: null, at: 0, body: cost(micros) });
  const late = report('s1', 'late', { usage: usageOf(5) });

  it('is recorded while none is known', () => {
    expect(lateCost(ran(), late)).toEqual(cost(5));
    expect(lateCost(charged(null), late)).toEqual(cost(5));
  });

  it('is not recorded twice', () => {
    expect(lateCost(charged(5), late)).toBeNull();
    expect(lateCost(charged(5), report('s1', 'late'))).toBeNull();
  });

  it('is recorded as unknown, once, so that nobody waits for it any longer', () => {
    expect(lateCost(ran(), report('s1', 'late'))).toEqual(cost(null));
    expect(lateCost(charged(null), report('s1', 'late'))).toBeNull();
  });

  it('belongs to its performance: another owner, another cost', () => {
    expect(lateCost(charged(5), { ...late, epoch: 2 })).toEqual({ ...cost(5), epoch: 2 });
  });
});
