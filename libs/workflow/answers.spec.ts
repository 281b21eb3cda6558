import { contextOf } from './context.js';
import type { EventBody } from './events.js';
import { outcomeOf, Team } from './testing/team.js';

let team: Team;
beforeEach(() => {
  team = new Team(['Ann', 'Bob', 'Eve']);
});

const ask = (step: string, ...agents: readonly string[]) =>
  team.turn(step, ...agents.map((agent) => ['agent_ask', { agent, question: `${agent}?` }] as const)).map(outcomeOf);

const resultsOf = (step: string) => team.state.steps[step]?.turns?.at(-1)?.results.map(outcomeOf);
const kindsSince = (seq: number): readonly EventBody['kind'][] => team.journal.slice(seq).map(({ body }) => body.kind);

describe('an answer', () => {
  it('is the result of the call that asked and a response to the request, and wakes who waited for it', () => {
    ask('s1', 'Bob');
    team.settle();
    const { seq } = team.state;
    team.answer('c1', '{"years": 3}');
    expect(kindsSince(seq)).toEqual(['step-succeeded', 'tool-completed', 'message-sent', 'step-resumed']);
    expect(resultsOf('s1')).toEqual([{ agent: 'Bob', answer: '{"years": 3}' }]);
    expect(team.state.messages.m2).toMatchObject({
      ...{ from: 'agent-s2', to: 'agent-s1', type: 'response', answers: 'm1', step: 'c1' },
      content: { answer: '{"years": 3}' },
    });
  });

  it('is awaited until all that were asked in the turn have answered', () => {
    expect(ask('s1', 'Bob', 'Eve')).toEqual(['waits', 'waits']);
    team.settle();
    team.answer('c2', 'Eve says');
    expect([resultsOf('s1'), team.state.steps.s1?.is]).toEqual([
      ['waits', { agent: 'Eve', answer: 'Eve says' }],
      'parked',
    ]);
    team.answer('c1', 'Bob says');
    expect(team.state.steps.s1?.is).toBe('running');
    expect(resultsOf('s1')?.[0]).toEqual({ agent: 'Bob', answer: 'Bob says' });
  });

  it('that is a failure is an answer too', () => {
    ask('s1', 'Bob');
    team.settle();
    team.answer('c1', '!invalid');
    expect(resultsOf('s1')).toEqual(['ask.failed']);
    expect(team.state.messages.m2).toMatchObject({ type: 'error', answers: 'm1', content: { code: 'ask.failed' } });
    expect(team.state.steps.s1?.is).toBe('running');
  });

  it('is not a result of its agent for the team', () => {
    ask('s1', 'Bob');
    team.settle();
    const { contextVersion } = team.state;
    team.answer('c1', 'because');
    expect(team.state.contextVersion).toBe(contextVersion);
    expect(contextOf(team.started, team.state)).not.toHaveProperty('agent_agent-s2_result');
  });
});

describe('a timeout', () => {
  it('is an answer: the question is taken back and the asker goes on, told so', () => {
    ask('s1', 'Bob');
    team.settle();
    const { seq } = team.state;
    team.settle(30_000);
    expect(kindsSince(seq)).toEqual(['step-cancelled', 'tool-failed', 'message-sent', 'step-resumed']);
    expect(resultsOf('s1')).toEqual(['ask.timeout']);
    expect(team.state.messages.m2).toMatchObject({ from: 'agent-s2', type: 'error', content: { code: 'ask.timeout' } });
  });

  it('comes not before its time', () => {
    ask('s1', 'Bob');
    team.settle();
    team.settle(29_999);
    expect([resultsOf('s1'), team.state.steps.c1?.is]).toEqual([['waits'], 'running']);
  });

  it('makes what is answered too late count for nothing', () => {
    ask('s1', 'Bob');
    team.settle();
    const asked = team.state;
    team.settle(30_000);
    const { seq } = team.state;
    expect(asked.steps.c1?.is).toBe('running');
    team.append({
      ...{ kind: 'step-succeeded', step: 'c1', attempt: 1, epoch: 1, usage: null },
      output: { result: 'late', execution_time: 1 },
    });
    team.settle();
    expect(kindsSince(seq)).toEqual(['step-succeeded']);
    expect(resultsOf('s1')).toEqual(['ask.timeout']);
  });
});

it('a team of width 1 does not wait for itself: who waits for an answer takes no place', () => {
  team = new Team(['Ann', 'Bob'], { width: 1 });
  expect(team.state.steps.s2?.is).toBe('waiting');
  ask('s1', 'Bob');
  team.settle();
  expect(team.state.steps).toMatchObject({ s1: { is: 'parked' }, c1: { is: 'running' }, s2: { is: 'waiting' } });
  team.answer('c1', 'because');
  expect(team.state.steps).toMatchObject({ s1: { is: 'running' }, s2: { is: 'waiting' } });
});
