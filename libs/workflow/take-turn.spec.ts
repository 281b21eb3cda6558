import { advance } from './advance.js';
import type { Turn } from './events.js';
import { awaitsTurn, type StepTurn } from './take-turn.js';
import { usageOf } from './testing/journals.js';
import { outcomeOf, Team } from './testing/team.js';

let team: Team;
beforeEach(() => {
  team = new Team(['Ann', 'Bob']);
});

const QUIET: Turn = { text: 'thinking', calls: [] };
const posted = (rest: Partial<StepTurn> = {}): StepTurn => ({
  ...{ step: 's1', attempt: 1, epoch: 1, turnNo: 1, turn: QUIET, usage: null },
  ...rest,
});

describe('a turn', () => {
  it('is on record with what it cost, before what its calls do', () => {
    const calls = [{ id: 'call_1', name: 'context_set', input: { name: 'a', value: 1 } }];
    const turn = posted({ turn: { text: 'now', calls }, usage: usageOf(7) });
    const { events } = advance(team.state, [], team.now, 0.5, { turns: [turn] });
    expect(events.map(({ body }) => body.kind)).toEqual([
      ...['turn-recorded', 'tool-called', 'context-changed', 'tool-completed'],
    ]);
    expect(events[0]?.body).toMatchObject({ turnNo: 1, usage: { costMicros: 7 } });
  });

  it('has each of its calls see what those before it did', () => {
    const results = team.turn(
      's1',
      ['context_set', { name: 'a', value: 1 }],
      ['context_get', { name: 'a' }],
      ['context_set', { name: 'a', value: 2, if_version: 2 }],
      ['context_set', { name: 'a', value: 3, if_version: 2 }],
    );
    expect(results.map(outcomeOf)).toEqual([
      { name: 'a', version: 2 },
      { name: 'a', value: 1, version: 2 },
      { name: 'a', version: 3 },
      'context.changed',
    ]);
  });

  it('may hold thirty-two calls: those beyond are refused, the others made', () => {
    const calls = Array.from({ length: 34 }, (_, n) => ['context_set', { name: 'n', value: n }] as const);
    const outcomes = team.turn('s1', ...calls).map(outcomeOf);
    expect(outcomes.slice(31)).toEqual([{ name: 'n', version: 33 }, 'tool.too-many', 'tool.too-many']);
    expect(team.journal.filter(({ body }) => body.kind === 'tool-called')).toHaveLength(34);
    expect(team.state.variables.n?.value).toBe(31);
  });

  it('parks its step until the last of its answers can have come', () => {
    const patient = { agent: 'Bob', question: 'b', timeout_seconds: 90 };
    team.turn('s1', ['agent_ask', { agent: 'Bob', question: 'a' }], ['agent_ask', patient]);
    expect(team.state.steps.s1).toMatchObject({ is: 'parked', why: 'answer', until: team.now + 90_000 });
  });

  it('parks nobody where every question was refused', () => {
    expect(team.turn('s1', ['agent_ask', { agent: 'Ann', question: 'a' }]).map(outcomeOf)).toEqual(['ask.cycle']);
    expect(team.state.steps.s1?.is).toBe('running');
  });
});

describe('a turn counts', () => {
  it('if it is the next one of an attempt that goes on here', () => {
    expect(awaitsTurn(team.state, posted())).toBe(true);
    team.turn('s1', ['context_get', {}]);
    expect([1, 2, 3].map((turnNo) => awaitsTurn(team.state, posted({ turnNo })))).toEqual([false, true, false]);
  });

  it.each<[string, Partial<StepTurn>]>([
    ['of another attempt', { attempt: 2 }],
    ['of another owner', { epoch: 2 }],
    ['of a step that is not there', { step: 's9' }],
  ])('not %s: then only what it cost does', (_, rest) => {
    const turn = posted({ ...rest, usage: usageOf(5) });
    expect(awaitsTurn(team.state, turn)).toBe(false);
    const { events } = advance(team.state, [], team.now, 0.5, { turns: [turn] });
    expect(events.map(({ body }) => body)).toEqual([
      expect.objectContaining({ kind: 'cost-recorded', turnNo: 1, usage: usageOf(5) }),
    ]);
  });

  it('not when its step waits, has answered, or the run is over', () => {
    team.turn('s1', ['agent_ask', { agent: 'Bob', question: 'a' }]);
    expect(awaitsTurn(team.state, posted({ turnNo: 2 }))).toBe(false);
    team.answer('s2', 'done');
    expect(awaitsTurn(team.state, posted({ step: 's2' }))).toBe(false);
    team = new Team(['Ann', 'Bob']);
    team.append({ kind: 'execution-finished', status: 'cancelled', error: null });
    expect(awaitsTurn(team.state, posted())).toBe(false);
  });
});
