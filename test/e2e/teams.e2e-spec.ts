// Real: the whole server over HTTP. the simulated model.
import { UnitOfWork } from '#libs/platform/database/index.js';
import { TemplateTeams } from '#libs/teams/index.js';
import {
  type Answer,
  type HttpClient,
  signUp,
  simAgent,
  startServer,
  type TestServer,
  teamOf,
} from '../harness/index.js';

let server: TestServer;
let ada: HttpClient;

beforeAll(async () => {
  server = await startServer();
});

beforeEach(async () => {
  ada = await signUp(server.http);
});

const run = (team: string, prompt: string): Promise<Answer> =>
  ada.post(`/api/v1/teams/${team}/execute`, { initial_prompt: prompt }, { headers: { prefer: 'wait=30' } });

describe('the first teams of a new installation', () => {
  test('run to the end without any model, each as its strategy says', async () => {
    const { id, email } = (await ada.get('/api/v1/auth/me')).body;
    const templates = server.part(TemplateTeams);
    const created = await server.part(UnitOfWork).run((tx) => templates.createFirst(tx, { id, email, role: 'user' }));
    const [market, service] = await Promise.all(created.map(({ team, examplePrompt }) => run(team.id, examplePrompt)));

    expect(market?.body).toMatchObject({ status: 'completed' });
    expect(market?.body.final_result.result).toContain('Recommendation');
    expect(Object.keys(market?.body.agent_results)).toHaveLength(3);

    const [triage, billing, technical, followup] = created[1]?.team.agentIds ?? [];
    expect(service?.body).toMatchObject({ status: 'completed', final_result: { failed_agents: [] } });
    expect(service?.body.agent_results[triage ?? ''].data).toEqual({ category: 'billing', priority: 4 });
    expect(service?.body.final_result.executed_agents).toEqual([triage, billing, followup]);
    expect(service?.body.agent_results).not.toHaveProperty(technical ?? '');
    expect(service?.body.cost_metrics).toMatchObject({ cost_usd: 0, incomplete: false });
  });
});

describe('a team that changes', () => {
  test('runs as it is now, while earlier runs stay as they were', async () => {
    const [first, second] = [await simAgent(ada, '[[say:one]]'), await simAgent(ada, '[[say:two]]')];
    const team = await teamOf(ada, 'pipeline', [first]);
    const before = await run(team, 'go');
    expect((await ada.post(`/api/v1/teams/${team}/members`, { agent_id: second })).status).toBe(201);
    const after = await run(team, 'go');
    expect([before.body.final_result.result, after.body.final_result.result]).toEqual(['one', 'two']);
    const again = await ada.get(`/api/v1/executions/${before.body.execution_id}/result`);
    expect(Object.keys(again.body.agent_results)).toEqual([first]);
  });

  test('goes back as often as its feedback allows, and then goes on', async () => {
    const developer = await simAgent(ada);
    const tester = await simAgent(ada, '[[json:{"verdict": "fail"}]]');
    const team = await teamOf(ada, 'pipeline', [developer, tester]);
    const { body } = await ada.get(`/api/v1/teams/${team}`);
    const when = [{ field: 'data.verdict', operator: 'equals', value: 'fail' }];
    const config = { feedback: { from: tester, to: developer, max_iterations: 2, when } };
    const changed = { workflow_definition: { ...body.workflow_definition, config } };
    expect((await ada.put(`/api/v1/teams/${team}`, changed)).status).toBe(200);

    const done = await run(team, 'write it');
    expect(done.body).toMatchObject({ status: 'completed', final_result: { data: { verdict: 'fail' } } });
    expect(done.body.agent_results[developer].result).toBe('write it\n\n{"verdict": "fail"}');
    expect(done.body.usage_summary.request_count).toBe(6);
    expect((await ada.get(`/api/v1/executions/${done.body.execution_id}`)).body.total_steps).toBe(2);
  });
});

test('an agent that a team needs cannot be deleted, and says which team', async () => {
  const agent = await simAgent(ada);
  const team = await teamOf(ada, 'parallel', [agent]);
  const refused = await ada.delete(`/api/v1/agents/${agent}`);
  expect([refused.status, refused.body.detail]).toEqual([409, expect.stringContaining('the team "Team"')]);
  await ada.delete(`/api/v1/teams/${team}`);
  expect((await ada.delete(`/api/v1/agents/${agent}`)).status).toBe(200);
});
