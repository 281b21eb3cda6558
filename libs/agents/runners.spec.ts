import { ManualClock } from '#libs/kernel/index.js';
import { loadConfig } from '#libs/platform/config/index.js';
import { Providers } from '#libs/providers/index.js';
import { RUNNER_KINDS } from './agent-runner.js';
import { LlmRunner } from './llm.runner.js';
import { Runners } from './runners.js';
import { SimRunner } from './sim.runner.js';

const clock = new ManualClock();
const providers = new Providers(loadConfig({ env: { RENUM_ENV: 'test' }, cwd: '/nowhere' }));
const runners = new Runners(new SimRunner(clock), new LlmRunner(providers, clock));
const agent = { id: 'a1', name: 'A', model: null, systemPrompt: '' };

describe('the runners', () => {
  it.each(RUNNER_KINDS)('has one of the kind %s', (runner) => {
    expect(runners.for({ ...agent, runner }).kind).toBe(runner);
  });

  it.each(['http', 'suna'] as const)(
    'says of a kind that is still to come that it is not there: %s',
    async (runner) => {
      const step = { key: 'k', executionId: 'e', stepId: 's', attempt: 1, userId: 'u', input: [], price: null };
      const running = runners
        .for({ ...agent, runner })
        .run({ ...step, agent: { ...agent, runner } }, { delta: () => undefined }, new AbortController().signal);
      await expect(running).rejects.toMatchObject({ error: { code: 'runner.unavailable' } });
    },
  );
});
