import { agentCalled, mayUse, nameOf, teamTools } from './team-tools.js';
import { Team } from './testing/team.js';

const team = ({ context = {} } = {}) =>
  new Team(['Ann', 'Bob', 'bob ', ' '], { context }, { Ann: { tools: ['context_get', 'calculator'] } }).started;

const offered = (name: string, started = team()) => teamTools(started, 'agent-s1').find((tool) => tool.name === name);

describe('what an agent is offered', () => {
  it('is four tools, and only those for variables where it is alone', () => {
    const names = (started = team()) => teamTools(started, 'agent-s1').map(({ name }) => name);
    expect(names()).toEqual(['context_get', 'context_set', 'message_send', 'agent_ask']);
    expect(names(new Team(['Ann']).started)).toEqual(['context_get', 'context_set']);
  });

  it('names its colleagues, itself not among them', () => {
    const names = ['Bob', 'bob ', 'agent-s4'];
    expect(offered('message_send')?.inputSchema).toMatchObject({ properties: { to: { enum: names } } });
    expect(offered('agent_ask')?.inputSchema).toMatchObject({
      ...{ properties: { agent: { enum: names } }, required: ['agent', 'question'] },
    });
  });

  it('says which variables are combined, and how', () => {
    const context = { notes: { reducer: 'append' }, best: { reducer: 'max', initial: 0 } } as const;
    expect(offered('context_set', team({ context }))?.description).toContain('notes (append), best (max)');
    expect(offered('context_set')?.description).not.toContain('combined');
  });

  it('takes no field that it does not know, in the words of JSON Schema', () => {
    for (const { inputSchema } of teamTools(team(), 'agent-s1')) {
      expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
    }
  });
});

it('an agent may use all tools of a team, or those that it was left; nobody uses what is none', () => {
  const started = team();
  const may = (agent: string, ...names: readonly string[]) => names.map((name) => mayUse(started, agent, name));
  expect(may('agent-s1', 'context_get', 'context_set', 'calculator')).toEqual([true, false, false]);
  expect(may('agent-s2', 'context_set', 'agent_ask', 'toString')).toEqual([true, true, false]);
});

describe('an agent is called', () => {
  it.each([
    ['agent-s2', 'agent-s2'],
    ['ann', 'agent-s1'],
    [' ANN ', 'agent-s1'],
    ['agent-s4', 'agent-s4'],
  ])('%j means %s', (said, id) => {
    expect(agentCalled(team(), said)).toBe(id);
  });

  it('nobody by a name that two have, or that nobody has', () => {
    for (const said of ['Bob', 'Zoe', '', '__proto__']) expect(agentCalled(team(), said)).toBeNull();
  });

  it('by its id where it has no name', () => {
    expect(['agent-s1', 'agent-s4', 'gone', 'constructor'].map((id) => nameOf(team(), id))).toEqual([
      ...['Ann', 'agent-s4', 'gone', 'constructor'],
    ]);
  });
});
