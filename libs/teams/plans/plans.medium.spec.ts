// Real: agents, teams and keys behind the edge, SQLite in memory with every migration.
import { type Answer, type TeamsWorld, teamsWorld } from '../testing/teams.world.js';

let world: TeamsWorld;
beforeEach(async () => {
  world = await teamsWorld({ OPENAI_API_KEY: 'sk-of-the-server' });
});
afterEach(() => world.close());

const AS_EVE = { authorization: 'Bearer eve' };
const prompt = { source: 'initial_prompt' };

async function agent(body: object, headers?: Record<string, string>): Promise<string> {
  const answer = await world.call('POST', '/agents', { name: 'Writer', ...body }, headers);
  expect(answer).toMatchObject({ status: 201 });
  return answer.body.agent_id;
}

const row = (...ids: readonly string[]): object => ({
  type: 'sequential',
  agents: ids.map((agent_id, index) => ({ agent_id, execution_order: index + 1, input: prompt })),
});

const compile = (workflow_definition: unknown, more: object = {}): Promise<Answer> =>
  world.call('POST', '/workflows/compile', { workflow_definition, ...more });

async function instantiate(template: string, models = {}): Promise<Answer['body']> {
  return (await world.call('POST', `/templates/${template}/instantiate`, { models })).body;
}

const plan = (team: string, body: unknown = {}, headers?: Record<string, string>): Promise<Answer> =>
  world.call('POST', `/teams/${team}/plan`, body, headers);

/** `severity code path` of each. */
const told = ({ body }: Answer): readonly string[] =>
  body.diagnostics.map(
    ({ severity, code, path }: Record<string, string>) =>
      `${severity} ${code} ${path?.replace('workflow_definition.', '')}`,
  );

describe('the plan of a team', () => {
  it.each(['market-analysis', 'software-team', 'customer-service'])(
    'of the template %s has nothing wrong',
    async (id) => {
      const team = await instantiate(id);
      const answer = await plan(team.team_id);
      expect([answer.status, answer.body.diagnostics]).toEqual([200, []]);
      expect(answer.body.worst_case.cost_usd).toBe(0);
    },
  );

  it('can be drawn: columns, arrows with their reasons, and where work goes back', async () => {
    const { team_id, agent_ids } = await instantiate('software-team');
    const { body } = await plan(team_id);
    expect(body.plan).toMatchObject({ type: 'pipeline', on_failure: 'stop', width: 3 });
    expect(body.plan.nodes[1]).toEqual({
      id: 's2',
      agent_id: agent_ids[1],
      name: 'Developer',
      role: 'member',
      order: 2,
      runner: 'sim',
      model: 'sim/developer',
      conditions: [],
      timeout: 600,
      max_attempts: 1,
    });
    expect(body.plan.edges).toEqual([
      { from: 's1', to: 's2', why: 'input' },
      { from: 's2', to: 's3', why: 'input' },
    ]);
    const when = [{ field: 'data.verdict', operator: 'equals', value: 'fail' }];
    expect(body.plan.loops).toEqual([{ from: 's3', to: 's2', body: ['s2', 's3'], max_iterations: 3, when }]);
    // One design, and four rounds of two.
    expect(body.worst_case).toEqual({ steps: 9, seconds: 5_400, cost_usd: 0 });
  });

  it('shows specialists side by side, and why the follow-up waits for them', async () => {
    const { team_id } = await instantiate('customer-service');
    const { body } = await plan(team_id);
    expect(body.plan.nodes.map(({ order }: { order: number }) => order)).toEqual([1, 2, 2, 3]);
    expect(body.plan.edges).toContainEqual({ from: 's1', to: 's2', why: 'condition' });
    expect(body.plan.edges).toContainEqual({ from: 's2', to: 's4', why: 'input' });
  });

  it('says what a run costs at most, more for a longer prompt', async () => {
    const { team_id } = await instantiate('market-analysis', { '*': 'openai/gpt-4o' });
    const [short, long] = [
      await plan(team_id, { initial_prompt: 'Bread?' }),
      await plan(team_id, { initial_prompt: 'Bread? '.repeat(10_000) }),
    ];
    // Five attempts of at most 16,384 tokens each, at 0.015 for a thousand.
    expect(short.body.worst_case.cost_usd).toBeGreaterThan(5 * 16.384 * 0.015);
    expect(long.body.worst_case.cost_usd).toBeGreaterThan(short.body.worst_case.cost_usd);
    expect(short.body.worst_case).toMatchObject({ steps: 5, seconds: 3 * 600 + 3 + 2 * 600 });
  });

  it('tells that nobody can run a team which is not active', async () => {
    const { team_id } = await instantiate('market-analysis');
    await world.call('PUT', `/teams/${team_id}`, { is_active: false });
    expect(told(await plan(team_id))).toEqual(['error team.inactive is_active']);
  });

  it('is for its owner alone', async () => {
    const { team_id } = await instantiate('market-analysis');
    expect((await plan(team_id, {}, AS_EVE)).status).toBe(404);
    expect((await plan('nonsense')).status).toBe(404);
  });

  it('needs no body, and refuses a prompt that is none', async () => {
    const { team_id } = await instantiate('market-analysis');
    expect((await plan(team_id, undefined)).status).toBe(200);
    const refused = await plan(team_id, { initial_prompt: '' });
    expect([refused.status, Object.keys(refused.body.errors)]).toEqual([422, ['initial_prompt']]);
  });
});

describe('what is known of the agents', () => {
  it('tells of every one that could not run, and why', async () => {
    const sleeping = await agent({ model: 'sim/x', status: 'inactive' });
    const suna = await agent({ model: 'suna/helper' });
    const ids = ['e1', sleeping, suna, await agent({}), await agent({ model: 'oracle' })];
    const all = [...ids, await agent({ model: 'nowhere/x' }), await agent({ model: 'anthropic/claude-sonnet-4' })];
    const { body } = await compile({ type: 'parallel', agents: all.map((agent_id) => ({ agent_id, input: prompt })) });
    expect(told({ status: 200, headers: new Headers(), body }).slice(0, 7)).toEqual([
      'error agent.not-found agents[0].agent_id',
      'error agent.not-ready agents[1].agent_id',
      'error runner.unavailable agents[2].agent_id',
      'error model.missing agents[3].agent_id',
      'error model.unknown agents[4].agent_id',
      'error provider.unknown agents[5].agent_id',
      'error provider.no-key agents[6].agent_id',
    ]);
    expect(body.diagnostics[6].message).toContain('Set ANTHROPIC_API_KEY on the server, or store your own key');
  });

  it('finds the key of the server, of the user and of the team', async () => {
    const [gpt, claude] = [await agent({ model: 'gpt-4o' }), await agent({ model: 'claude-sonnet-4' })];
    expect(told(await compile(row(gpt)))).toEqual([]);
    expect(told(await compile(row(claude)))).toEqual(['error provider.no-key agents[0].agent_id']);

    const key = { user_api_keys: { Anthropic: 'sk-of-the-team' } };
    const body = { name: 'Team', agent_ids: [claude], workflow_definition: row(claude), ...key };
    const team = (await world.call('POST', '/teams', body)).body.team_id;
    expect(told(await plan(team))).toEqual([]);

    await world.call('POST', '/api-keys', { service_name: 'anthropic', api_key: 'sk-of-ada' });
    expect(told(await compile(row(claude)))).toEqual([]);
  });

  it('tells of a model without a price, and leaves the worst case without a cost', async () => {
    const answer = await compile(row(await agent({ model: 'openai/strange' })));
    expect(told(answer)).toEqual(['warning model.price-unknown agents[0].agent_id']);
    expect(answer.body.worst_case.cost_usd).toBeNull();
  });

  it('tells when the answers of others are more than a model takes in', async () => {
    const [first, second] = [await agent({ model: 'gpt-4o' }), await agent({ model: 'gpt-4' })];
    const agents = [
      { agent_id: first, input: prompt },
      { agent_id: second, input: { source: 'agent_result', agent_id: first } },
    ];
    const answer = await compile({ type: 'pipeline', agents });
    expect(told(answer)).toEqual(['warning model.context-too-long agents[1].input']);
    expect(answer.body.diagnostics[0].message).toMatch(/about 16,384 tokens and answers with up to 4,096, while gpt-4/);
  });

  it('asks for no more agents than a team may have', async () => {
    const answer = await compile(row(...Array.from({ length: 11 }, (_, index) => `a${index}`)));
    expect(told(answer)).toEqual(['error team.agent-limit-reached agents']);
  });
});

describe('compiling a workflow', () => {
  it('tells everything that is wrong at once, each thing with its place', async () => {
    const answer = await compile({
      type: 'conditional',
      agents: [
        { agent_id: 'a1', input: prompt },
        { agent_id: 'a2', input: prompt, conditions: [{ field: 'result', operator: 'resembles', value: 1 }] },
        {
          agent_id: 'a3',
          input: prompt,
          conditions: [
            { field: 'data.n', operator: 'greater_than', value: 5 },
            { field: 'data.n', operator: 'less_than', value: 5 },
          ],
        },
        { agent_id: 'nobody', input: { source: 'agent_result', agent_id: 'a9' }, timeout: -1, conditions: [] },
      ],
      config: { failure_policy: 'hope' },
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ plan: null, worst_case: { steps: 0, seconds: 0, cost_usd: 0 } });
    expect(told(answer)).toEqual([
      'error workflow.unknown-operator agents[1].conditions[0].operator',
      'error agent.not-found agents[3].agent_id',
      'error workflow.conditions-missing agents[3].conditions',
      'error workflow.unknown-agent agents[3].input.agent_id',
      'error workflow.timeout-invalid agents[3].timeout',
      'error workflow.failure-policy-invalid config.failure_policy',
      'warning workflow.unreachable agents[2].conditions[0]',
    ]);
  });

  it('compares with the agents of a team where they are given', async () => {
    const answer = await compile(row('a1'), { agent_ids: ['a1', 'a2'] });
    expect(told(answer)).toEqual(['error workflow.agents-differ agent_ids[1]']);
  });

  it('refuses what is no workflow, by the names of its fields', async () => {
    const { status, body } = await compile({ type: 'circle', agents: [7] });
    expect(status).toBe(422);
    expect(Object.keys(body.errors)).toEqual(['workflow_definition.type', 'workflow_definition.agents[0]']);
  });

  it('keeps nothing', async () => {
    await compile(row('a1'));
    expect((await world.call('GET', '/teams?active_only=false')).body.total).toBe(0);
  });
});
