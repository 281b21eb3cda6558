import type { Json } from '#libs/kernel/index.js';
import { outcomeOf, Team } from './testing/team.js';

let team: Team;
beforeEach(() => {
  team = new Team(['Ann', 'Bob', 'Eve']);
});

const ask = (step: string, agent: string, question = 'Why?', timeout_seconds = 600): Json =>
  outcomeOf(team.use(step, 'agent_ask', { agent, question, timeout_seconds }));

describe('agents that wait for one another', () => {
  it('A asks B and B asks A in the same turn: exactly one is refused', () => {
    expect([ask('s1', 'Bob'), ask('s2', 'Ann')]).toEqual(['waits', 'ask.cycle']);
    team = new Team(['Ann', 'Bob', 'Eve']);
    expect([ask('s2', 'Ann'), ask('s1', 'Bob')]).toEqual(['waits', 'ask.cycle']);
  });

  it('of a circle of three the last one is refused', () => {
    expect([ask('s1', 'Bob'), ask('s2', 'Eve'), ask('s3', 'Ann')]).toEqual(['waits', 'waits', 'ask.cycle']);
  });

  it('nobody asks himself', () => {
    expect(ask('s1', 'Ann')).toBe('ask.cycle');
  });

  it('who answers a question does not ask back', () => {
    ask('s1', 'Bob');
    team.settle();
    expect(ask('c1', 'Ann')).toBe('ask.cycle');
    expect(ask('c1', 'Eve')).toBe('waits');
    team.settle();
    expect([ask('c2', 'Ann'), ask('c2', 'Bob')]).toEqual(['ask.cycle', 'ask.cycle']);
  });

  it('several may ask the same one', () => {
    expect([ask('s1', 'Eve'), ask('s2', 'Eve')]).toEqual(['waits', 'waits']);
  });

  it('once it is answered, the question stands in nobody’s way', () => {
    ask('s1', 'Bob');
    team.settle();
    team.answer('c1', 'because');
    expect(team.state.steps.s1?.is).toBe('running');
    expect(ask('s2', 'Ann')).toBe('waits');
  });
});

describe('questions that lead on and on', () => {
  it('go no deeper than five', () => {
    const names = ['Ann', 'Bob', 'Cid', 'Dan', 'Eve', 'Fay', 'Gus'];
    team = new Team(names);
    const steps = ['s1', 'c1', 'c2', 'c3', 'c4', 'c5'];
    const asked = steps.map((step, depth) => {
      const outcome = ask(step, names[depth + 1] ?? '');
      team.settle();
      return outcome;
    });
    expect(asked).toEqual(['waits', 'waits', 'waits', 'waits', 'waits', 'ask.too-deep']);
  });

  it('are no more than a hundred in one run', () => {
    const calls = (from: number, count: number) =>
      Array.from({ length: count }, (_, n) => ['agent_ask', { agent: 'Eve', question: `No. ${from + n}` }] as const);
    team = new Team(['Ann', 'Bob', 'Cid', 'Dan', 'Eve']);
    for (const [index, step] of ['s1', 's2', 's3'].entries()) team.turn(step, ...calls(index * 32, 32));
    const last = team.turn('s4', ...calls(96, 5)).map(outcomeOf);
    expect(last).toEqual(['waits', 'waits', 'waits', 'waits', 'ask.too-many']);
  });

  it('are not the same to the same agent a third time, however they are spelt', () => {
    for (const question of ['Why so?', ' why  SO? ']) {
      expect(ask('s1', 'Bob', question)).toBe('waits');
      team.settle();
      team.answer(`c${Object.keys(team.state.steps).length - 3}`, 'because');
    }
    expect(ask('s1', 'Bob', 'why so?')).toBe('ask.repeated');
    expect(ask('s2', 'Eve', 'why so?')).toBe('waits');
    expect(ask('s1', 'Bob', 'Why not?')).toBe('waits');
  });
});
