import { type AgentSnapshot, OutputSchemas, RUNNER_KINDS } from '#libs/agents/index.js';
import type { JsonObject } from '#libs/kernel/index.js';
import { HttpRunner } from './http.runner.js';
import { LlmRunner } from './llm.runner.js';
import { Runners } from './runners.js';
import { SimRunner } from './sim.runner.js';

const one = <T extends object>(type: { readonly prototype: T }, kind: string): T =>
  Object.assign(Object.create(type.prototype), { kind });
const answered = { text: '{"price":"12"}', usage: null };
const answering = <T extends object>(runner: T): T => Object.assign(runner, { run: async () => answered });
const runners = new Runners(
  answering(one(SimRunner, 'sim')),
  one(LlmRunner, 'llm'),
  answering(one(HttpRunner, 'http')),
  new OutputSchemas(),
);
const agent: Omit<AgentSnapshot, 'runner'> = { id: 'a1', name: 'A', model: null, systemPrompt: '' };

describe('the runners', () => {
  it.each(RUNNER_KINDS)('has one of the kind %s', (runner) => {
    expect(runners.for({ ...agent, runner }).kind).toBe(runner);
  });

  it.each(RUNNER_KINDS)('keeps the kind %s under a schema', (runner) => {
    expect(runners.for({ ...agent, runner, outputSchema: {} }).kind).toBe(runner);
  });

  it.each(['sim', 'http'] as const)('holds answers of %s to the schema of their agent', async (runner) => {
    const run = (outputSchema?: JsonObject) =>
      runners
        .for({ ...agent, runner, ...(outputSchema && { outputSchema }) })
        .run({} as never, {} as never, {} as never, {} as never);
    const priced = (type: string) => run({ properties: { price: { type } } });
    expect(await priced('string')).toEqual({ ...answered, data: { price: '12' } });
    expect(await run()).toBe(answered);
    await expect(priced('number')).rejects.toMatchObject({
      error: { code: 'step.output-invalid', message: expect.stringContaining('/price must be number') },
    });
  });

  it('says of a kind that is still to come that it is not there', async () => {
    const running = runners.for({ ...agent, runner: 'suna' }).run({} as never, {} as never, {} as never, {} as never);
    await expect(running).rejects.toMatchObject({ error: { code: 'runner.unavailable' } });
  });
});
