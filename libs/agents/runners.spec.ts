import { type AgentSnapshot, RUNNER_KINDS } from './agent-runner.js';
import { HttpRunner } from './http.runner.js';
import { LlmRunner } from './llm.runner.js';
import { Runners } from './runners.js';
import { SimRunner } from './sim.runner.js';

const one = <T extends object>(type: { readonly prototype: T }, kind: string): T =>
  Object.assign(Object.create(type.prototype), { kind });
const runners = new Runners(one(SimRunner, 'sim'), one(LlmRunner, 'llm'), one(HttpRunner, 'http'));
const agent: Omit<AgentSnapshot, 'runner'> = { id: 'a1', name: 'A', model: null, systemPrompt: '' };

describe('the runners', () => {
  it.each(RUNNER_KINDS)('has one of the kind %s', (runner) => {
    expect(runners.for({ ...agent, runner }).kind).toBe(runner);
  });

  it('says of a kind that is still to come that it is not there', async () => {
    const running = runners.for({ ...agent, runner: 'suna' }).run({} as never, {} as never, {} as never, {} as never);
    await expect(running).rejects.toMatchObject({ error: { code: 'runner.unavailable' } });
  });
});
