// Real: the whole server over HTTP, SQLite in memory, the simulated model. What a plan says is held against the run.
import { type Answer, type HttpClient, signUp, startServer, type TestServer } from '../harness/index.js';

let server: TestServer;
let ada: HttpClient;

beforeAll(async () => {
  server = await startServer();
});

beforeEach(async () => {
  ada = await signUp(server.http);
});

async function instantiate(template: string, models: object = {}): Promise<string> {
  return (await ada.post(`/api/v1/templates/${template}/instantiate`, { models })).body.team_id;
}

const plan = (team: string): Promise<Answer> => ada.post(`/api/v1/teams/${team}/plan`, {});

const execute = (team: string): Promise<Answer> =>
  ada.post(`/api/v1/teams/${team}/execute`, { initial_prompt: 'go' }, { headers: { prefer: 'wait=30' } });

async function eventsOf({ body }: Answer): Promise<readonly Answer['body'][]> {
  const { body: text } = await ada.get(`/api/v1/executions/${body.execution_id}/events`);
  return [...String(text).matchAll(/^data: (.+)$/gm)].map(([, data = '']) => JSON.parse(data));
}

describe('a plan and its run', () => {
  test.each(['market-analysis', 'customer-service'])(
    'of %s call the same steps by the same names',
    async (template) => {
      const team = await instantiate(template);
      const { nodes } = (await plan(team)).body.plan;
      const events = (await eventsOf(await execute(team))).filter(({ step_id }) => step_id);
      const run = new Map(events.map(({ step_id, agent_id }) => [step_id, agent_id]));
      expect(run).toEqual(new Map(nodes.map(({ id, agent_id }: Answer['body']) => [id, agent_id])));
    },
  );

  test('agree on what is at most', async () => {
    const team = await instantiate('software-team');
    const { steps, seconds, cost_usd } = (await plan(team)).body.worst_case;
    const { body } = await execute(team);
    expect(body.usage_summary.request_count).toBeLessThanOrEqual(steps);
    expect(body.execution_duration).toBeLessThanOrEqual(seconds);
    expect(body.cost_metrics.cost_usd).toBeLessThanOrEqual(cost_usd);
  });

  test.each([
    ['gpt-4o', 'provider.no-key'],
    ['oracle', 'model.unknown'],
    ['nowhere/x', 'provider.unknown'],
    ['suna/helper', 'runner.unavailable'],
  ])('agree on why an agent on %s fails: %s', async (model, code) => {
    const team = await instantiate('market-analysis', { researcher: model });
    const [first] = (await plan(team)).body.diagnostics;
    expect(first).toMatchObject({ severity: 'error', code, path: 'workflow_definition.agents[0].agent_id' });
    const run = await execute(team);
    const failed = (await eventsOf(run)).find(({ type }) => type === 'step.failed');
    expect(failed.error).toEqual({ code, message: expect.any(String) });
    expect(first.message).toContain(failed.error.message);
  });
});

test('an agent that was put to sleep is told of before it is asked', async () => {
  const team = await instantiate('market-analysis');
  const { agent_ids } = (await ada.get(`/api/v1/teams/${team}`)).body;
  await ada.put(`/api/v1/agents/${agent_ids[1]}`, { status: 'inactive' });
  expect((await plan(team)).body.diagnostics).toMatchObject([{ severity: 'error', code: 'agent.not-ready' }]);
  expect((await execute(team)).body.code).toBe('agent.not-ready');
});

test('a key of one’s own is all that was missing', async () => {
  const team = await instantiate('market-analysis', { '*': 'anthropic/claude-sonnet-4' });
  expect((await plan(team)).body.diagnostics).toHaveLength(3);
  await ada.post('/api/v1/api-keys', { service_name: 'anthropic', api_key: 'sk-1' });
  expect((await plan(team)).body.diagnostics).toEqual([]);
});
