// Real: the whole server over HTTP.
import {
  durability,
  type HttpClient,
  signUp,
  simAgent,
  startServer,
  type TestServer,
  teamOf,
  until,
} from '../harness/index.js';

let server: TestServer;
let ada: HttpClient;

beforeAll(async () => {
  server = await startServer({ RENUM_MAX_CONCURRENT_EXECUTIONS: '3' });
});

beforeEach(async () => {
  ada = await signUp(server.http);
});

const run = (team: string, prompt: string, headers: Record<string, string> = { prefer: 'wait=20' }) =>
  ada.post(`/api/v1/teams/${team}/execute`, { initial_prompt: prompt }, { headers });

async function sequence(...prompts: readonly string[]): Promise<{ team: string; agents: readonly string[] }> {
  const agents: string[] = [];
  for (const prompt of prompts) agents.push(await simAgent(ada, prompt));
  return { team: await teamOf(ada, 'sequential', agents), agents };
}

describe('executing a team', () => {
  test('answers at once with the pending execution, and says how durable it is', async () => {
    const { team } = await sequence('');
    const { status, headers, body } = await run(team, 'hello', {});
    expect(status).toBe(200);
    expect(headers.get('renum-durability')).toBe(durability);
    expect(body).toMatchObject({
      team_id: team,
      status: 'pending',
      initial_prompt: 'hello',
      final_result: null,
      started_at: null,
    });
    expect(body.execution_id).toMatch(/^[0-9a-f-]{36}$/);
    expect(body.created_at).toMatch(/Z$/);
  });

  test('holds the answer until the end when the caller prefers to wait', async () => {
    const { team, agents } = await sequence('', '[[say:two]]', '[[say:three]][[tokens:10,5]][[cost:0.5]]');
    const { headers, body } = await run(team, 'hello world');
    expect(headers.get('preference-applied')).toBe('wait=20');
    expect(body).toMatchObject({
      status: 'completed',
      final_result: { result: 'three', execution_time: expect.any(Number) },
      agent_results: { [agents[0] ?? '']: { result: 'hello world' }, [agents[1] ?? '']: { result: 'two' } },
      cost_metrics: { cost_usd: 0.5, total_cost_usd: 0.5, pricing_version: 'v1', incomplete: false },
      usage_summary: { request_count: 3 },
      execution_duration: expect.any(Number),
    });
    expect(body.usage_metrics[agents[2] ?? '']).toEqual({
      model_provider: 'sim',
      model_name: 'test',
      api_key_type: 'renum_native',
      tokens_input: 10,
      tokens_output: 5,
      request_count: 1,
    });
  });

  test('answers with the state of things when the wait was shorter than the run', async () => {
    const { team } = await sequence('[[sleep:30000]]');
    const { status, body } = await run(team, 'x', { prefer: 'wait=1' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'running', final_result: null });
    await ada.post(`/api/v1/executions/${body.execution_id}/stop`);
  });

  test('runs all agents of a parallel team and gathers what they gave', async () => {
    const agents = [await simAgent(ada, '[[say:a]]'), await simAgent(ada, '[[say:b]]')];
    const { body } = await run(await teamOf(ada, 'parallel', agents), 'x');
    expect(body.final_result).toMatchObject({
      agent_results: { [agents[0] ?? '']: { result: 'a' }, [agents[1] ?? '']: { result: 'b' } },
      summary: expect.any(String),
      failed_agents: [],
    });
  });

  test('hands text on in a pipeline', async () => {
    const agents = [await simAgent(ada, '[[say:from one]]'), await simAgent(ada)];
    const { body } = await run(await teamOf(ada, 'pipeline', agents), 'x');
    expect(body.final_result.result).toBe('from one');
  });

  test('takes the branch that the conditions of a conditional team open', async () => {
    const triage = await simAgent(ada, '[[json:{"category":"billing"}]]');
    const billing = await simAgent(ada, '[[say:refunded]]');
    const technical = await simAgent(ada, '[[say:rebooted]]');
    const when = (value: string) => [{ field: `agent_${triage}_result.data.category`, operator: 'equals', value }];
    const agents = [
      { agent_id: triage, input: { source: 'initial_prompt' } },
      { agent_id: billing, input: { source: 'initial_prompt' }, conditions: when('billing') },
      { agent_id: technical, input: { source: 'initial_prompt' }, conditions: when('technical') },
    ];
    const { body: team } = await ada.post('/api/v1/teams', {
      name: 'Service',
      agent_ids: [triage, billing, technical],
      workflow_definition: { type: 'conditional', agents },
    });
    const { body } = await run(team.team_id, 'I was charged twice');
    expect(body).toMatchObject({ status: 'completed', final_result: { executed_agents: [triage, billing] } });
    const { body: status } = await ada.get(`/api/v1/executions/${body.execution_id}`);
    expect(status.agent_statuses).toEqual({ [triage]: 'completed', [billing]: 'completed', [technical]: 'skipped' });
  });

  test('retries as configured and fails with the reason when it is of no use', async () => {
    const agent = await simAgent(ada, '[[fail]]');
    const retry_config = { max_attempts: 2, initial_delay: 0.01 };
    const { body } = await run(await teamOf(ada, 'sequential', [agent], { retry_config }), 'x');
    expect(body).toMatchObject({ status: 'failed', error_message: expect.stringContaining('simulated model failed') });
    const { body: logs } = await ada.get(
      `/api/v1/executions/${body.execution_id}/logs?log_types[]=warning&log_types[]=error`,
    );
    expect(logs.map(({ level }: { level: string }) => level)).toEqual(['warning', 'error', 'error']);
  });

  test('finds the same execution again under the same idempotency key', async () => {
    const { team } = await sequence('');
    const first = await run(team, 'x', { 'idempotency-key': 'k1' });
    const again = await run(team, 'x', { 'idempotency-key': 'k1' });
    expect(again.body.execution_id).toBe(first.body.execution_id);
    expect((await run(team, 'y', { 'idempotency-key': 'k1' })).status).toBe(422);
    expect((await ada.get('/api/v1/executions')).body).toHaveLength(1);
  });

  test('admits no more open executions than the limit, whoever comes first', async () => {
    const { team } = await sequence('[[sleep:30000]]');
    const answers = await Promise.all(Array.from({ length: 20 }, () => run(team, 'x', {})));
    const admitted = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status === 429);
    expect([admitted.length, refused.length]).toEqual([3, 17]);
    expect(refused[0]?.headers.get('retry-after')).toBe('5');
    expect(refused[0]?.body).toMatchObject({ code: 'execution.limit-reached', detail: expect.stringContaining('(3)') });
    for (const { body } of admitted) await ada.post(`/api/v1/executions/${body.execution_id}/stop`);
  });

  test('refuses, naming the field, what it cannot keep', async () => {
    const { team } = await sequence('');
    const execute = (body: unknown) => ada.post(`/api/v1/teams/${team}/execute`, body);
    expect(await execute({ initial_prompt: '' })).toMatchObject({
      status: 422,
      body: { errors: { initial_prompt: [expect.any(String)] } },
    });
    expect(await execute({})).toMatchObject({
      status: 422,
      body: { errors: { initial_prompt: [expect.any(String), expect.any(String)] } },
    });
    expect(await execute({ initial_prompt: 'nul \0' })).toMatchObject({
      status: 422,
      body: { errors: { initial_prompt: [expect.any(String)] } },
    });
    expect(await execute({ initial_prompt: 'x', user_api_keys: { openai: 'sk 1' } })).toMatchObject({
      status: 422,
      body: { errors: { 'user_api_keys.openai': [expect.any(String)] } },
    });
    expect(await execute({ initial_prompt: 'x', execution_config: { budget_usd: 1 } })).toMatchObject({ status: 422 });
    expect(await execute({ initial_prompt: 'x', team_id: 'another' })).toMatchObject({
      status: 400,
      body: { errors: { team_id: [expect.any(String)] } },
    });
    expect((await ada.get('/api/v1/executions')).body).toEqual([]);
  });

  test('refuses a team that is not active and agents that are not ready, by name', async () => {
    const { team, agents } = await sequence('');
    await ada.put(`/api/v1/agents/${agents[0]}`, { status: 'inactive' });
    expect(await run(team, 'x')).toMatchObject({
      status: 409,
      body: { code: 'agent.not-ready', detail: expect.stringContaining('Agent is inactive') },
    });
    await ada.put(`/api/v1/teams/${team}`, { is_active: false });
    expect(await run(team, 'x')).toMatchObject({ status: 409, body: { code: 'team.inactive' } });
    expect((await run('0197b3a0-0000-7000-8000-000000000001', 'x')).status).toBe(404);
  });
});

describe('an execution', () => {
  test('shows how far it has come, agent by agent', async () => {
    const { team, agents } = await sequence('', '[[sleep:30000]]', '');
    const { body: accepted } = await run(team, 'x', {});
    const path = `/api/v1/executions/${accepted.execution_id}`;
    await until('the second agent runs', async () => (await ada.get(path)).body.current_step === 2);
    const { body } = await ada.get(`${path}/status`);
    expect(body).toMatchObject({
      status: 'running',
      agent_statuses: { [agents[0] ?? '']: 'completed', [agents[1] ?? '']: 'running', [agents[2] ?? '']: 'pending' },
      progress: 33.3,
      current_step: 2,
      total_steps: 3,
      active_agents: [agents[1]],
      completed_agents: [agents[0]],
      failed_agents: [],
      estimated_completion: null,
      waiting: [],
    });
    const { body: partial } = await ada.get(`${path}/result`);
    expect(partial).toMatchObject({
      status: 'running',
      final_result: null,
      agent_results: { [agents[0] ?? '']: { result: 'x' } },
    });
    await ada.post(`${path}/stop`);
  });

  test('stops when asked: 409 once it is over', async () => {
    const { team } = await sequence('[[sleep:30000]]', '');
    const { body: accepted } = await run(team, 'x', {});
    const path = `/api/v1/executions/${accepted.execution_id}`;
    expect(await ada.post(`${path}/stop`)).toMatchObject({ status: 200, body: { success: true, status: 'success' } });
    const { body } = await ada.get(`${path}/result`, { headers: { prefer: 'wait=10' } });
    expect(body).toMatchObject({ status: 'cancelled', error_message: 'Execution cancelled by user' });
    expect(await ada.post(`${path}/stop`)).toMatchObject({ status: 409, body: { code: 'execution.over' } });
  });

  test('is stopped, then gone, when it is deleted while it runs', async () => {
    const { team } = await sequence('[[sleep:30000]]');
    const { body: accepted } = await run(team, 'x', {});
    const path = `/api/v1/executions/${accepted.execution_id}`;
    expect(await ada.delete(path)).toMatchObject({ status: 200, body: { success: true } });
    expect((await ada.get(path)).status).toBe(404);
    expect((await ada.delete(path)).status).toBe(404);
  });

  test('of somebody else is as unknown as one that never was', async () => {
    const { team } = await sequence('');
    const { body } = await run(team, 'x');
    const eve = await signUp(server.http);
    const unknown = '0197b3a0-0000-7000-8000-000000000001';
    for (const path of ['', '/status', '/result', '/logs', '/events']) {
      const foreign = await eve.get(`/api/v1/executions/${body.execution_id}${path}`);
      const none = await eve.get(`/api/v1/executions/${unknown}${path}`);
      expect(foreign.status).toBe(404);
      expect({ ...foreign.body, instance: '', trace_id: '' }).toEqual({ ...none.body, instance: '', trace_id: '' });
    }
    expect((await eve.post(`/api/v1/executions/${body.execution_id}/stop`)).status).toBe(404);
    expect((await eve.delete(`/api/v1/executions/${body.execution_id}`)).status).toBe(404);
    expect((await eve.get('/api/v1/executions/not-a-uuid')).status).toBe(404);
  });

  test('outlives its team', async () => {
    const { team } = await sequence('');
    const { body } = await run(team, 'x');
    const open = await sequence('[[sleep:30000]]');
    const { body: running } = await run(open.team, 'x', {});
    await ada.delete(`/api/v1/teams/${team}`);
    await ada.delete(`/api/v1/teams/${open.team}`);
    expect((await ada.get(`/api/v1/executions/${body.execution_id}/result`)).body.status).toBe('completed');
    const { body: ended } = await ada.get(`/api/v1/executions/${running.execution_id}/result`, {
      headers: { prefer: 'wait=10' },
    });
    expect(ended.status).toBe('cancelled');
  });
});

describe('the list of executions', () => {
  test('is a bare array, newest first, by team, in pieces', async () => {
    const one = await sequence('');
    const two = await sequence('');
    const ids: string[] = [];
    for (const { team } of [one, two, one]) ids.push((await run(team, 'x')).body.execution_id);
    const list = async (query: string) =>
      (await ada.get(`/api/v1/executions${query}`)).body.map(
        ({ execution_id }: { execution_id: string }) => execution_id,
      );
    expect(await list('')).toEqual([ids[2], ids[1], ids[0]]);
    expect(await list(`?team_id=${one.team}`)).toEqual([ids[2], ids[0]]);
    expect(await list('?limit=1&offset=1')).toEqual([ids[1]]);
    expect(await list('?team_id=nobody')).toEqual([]);
  });

  test('comes as an envelope of summaries to the side panel that asks for a status', async () => {
    const { team, agents } = await sequence('[[sleep:30000]]');
    const { body: accepted } = await run(team, 'x', {});
    const { body } = await ada.get('/api/v1/executions?status=active&limit=5');
    expect(body.executions).toMatchObject([
      { id: accepted.execution_id, team_name: 'Team', status: 'running', total_agents: 1, current_agent: agents[0] },
    ]);
    expect((await ada.get('/api/v1/executions?status=completed')).body).toEqual({ executions: [] });
    expect((await ada.get('/api/v1/executions?user_id=somebody-else')).body).toEqual({ executions: [] });
    expect((await ada.get('/api/v1/executions?status=running&offset=0')).body).toHaveLength(1);
    await ada.post(`/api/v1/executions/${accepted.execution_id}/stop`);
  });

  test.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=many', 'limit'],
    ['offset=-1', 'offset'],
    ['status=strange', 'status'],
  ])('refuses %s naming %s', async (query, field) => {
    const { status, body } = await ada.get(`/api/v1/executions?${query}`);
    expect(status).toBe(422);
    expect(Object.keys(body.errors)).toEqual([field]);
  });
});

describe('the logs of an execution', () => {
  test('tell the story, filtered by level and agent, in pieces', async () => {
    const { team, agents } = await sequence('', '');
    const { body } = await run(team, 'x');
    const logs = async (query = '') => (await ada.get(`/api/v1/executions/${body.execution_id}/logs${query}`)).body;
    expect((await logs()).map(({ message }: { message: string }) => message)).toEqual([
      'Execution of team "Team" started',
      'Started',
      'Completed',
      'Started',
      'Completed',
      'Execution completed',
    ]);
    expect(await logs(`?agent_id=${agents[1]}`)).toHaveLength(2);
    expect(await logs('?log_types=warning,error')).toEqual([]);
    expect(await logs('?limit=2&offset=4')).toHaveLength(2);
    expect((await ada.get(`/api/v1/executions/${body.execution_id}/logs?log_types=loud`)).status).toBe(422);
  });
});
