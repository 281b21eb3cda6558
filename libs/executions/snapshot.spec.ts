import type { AgentSnapshot } from '#libs/agents/index.js';
import type { ExecutionStarted } from '#libs/workflow/index.js';
import { frozen, snapshotIn } from './snapshot.js';

const startedWith = (agents: object): ExecutionStarted => ({ agents }) as ExecutionStarted;
const agent: AgentSnapshot = { id: 'a1', name: 'A', runner: 'sim', model: 'sim/x', systemPrompt: 'p' };

describe('an agent in the journal', () => {
  it.each<AgentSnapshot>([
    agent,
    { ...agent, model: null },
    { ...agent, runner: 'http', target: { kind: 'http', url: 'https://h/' } },
    { ...agent, runner: 'suna', target: { kind: 'suna', agentId: 's1' } },
    { ...agent, tools: [] },
    { ...agent, tools: ['context_get', 'agent_ask'], outputSchema: { type: 'object', required: ['price'] } },
  ])('comes back as it was frozen: %j', (snapshot) => {
    const kept = JSON.parse(JSON.stringify({ a1: frozen(snapshot) }));
    expect(snapshotIn(startedWith(kept), 'a1')).toEqual(snapshot);
  });

  it.each([[{ kind: 'http' }], [{ kind: 'suna', agentId: 5 }], [{ kind: 'ftp', url: 'x' }], ['https://h/'], [null]])(
    'has no target where the journal says %j',
    (target) => {
      expect(snapshotIn(startedWith({ a1: { ...agent, target } }), 'a1')).toEqual(agent);
    },
  );

  it('has neither tools nor a schema where the journal holds something else', () => {
    const kept = { ...agent, tools: 'all', outputSchema: [] };
    expect(snapshotIn(startedWith({ a1: kept }), 'a1')).toEqual(agent);
    expect(snapshotIn(startedWith({ a1: { ...agent, tools: ['a', 5, null] } }), 'a1')?.tools).toEqual(['a']);
  });

  it('is not there where the journal names none, or a runner that nobody knows', () => {
    expect(snapshotIn(startedWith({}), 'constructor')).toBeNull();
    expect(snapshotIn(startedWith({ a1: { ...agent, runner: 'quantum' } }), 'a1')).toBeNull();
    expect(snapshotIn(startedWith({ a1: { id: 'a1', runner: 'llm' } }), 'a1')).toEqual({
      id: 'a1',
      name: '',
      runner: 'llm',
      model: null,
      systemPrompt: '',
    });
  });
});
