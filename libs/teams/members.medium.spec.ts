// Real: the HTTP edge, agents, and a database with every migration.
import { type Answer, type TeamsWorld, teamsWorld } from './testing/teams.world.js';

const prompt = { source: 'initial_prompt' };
const resultOf = (agent_id: string): object => ({ source: 'agent_result', agent_id });

let world: TeamsWorld;
let team: string;

async function create(type: string, agents: readonly { agent_id: string }[]): Promise<void> {
  const body = {
    name: 'Team',
    agent_ids: agents.map(({ agent_id }) => agent_id),
    workflow_definition: { type, agents: agents.map((one) => ({ input: prompt, ...one })) },
  };
  const answer = await world.call('POST', '/teams', body);
  expect(answer).toMatchObject({ status: 201 });
  team = answer.body.team_id;
}

beforeEach(async () => {
  world = await teamsWorld();
  await create('pipeline', [{ agent_id: 'a1' }, { agent_id: 'a2' }]);
});
afterEach(() => world.close());

const add = (body: unknown, headers?: Record<string, string>): Promise<Answer> =>
  world.call('POST', `/teams/${team}/members`, body, headers);
const change = (agentId: string, body: unknown): Promise<Answer> =>
  world.call('PUT', `/teams/${team}/members/${encodeURIComponent(agentId)}`, body);
const remove = (agentId: string): Promise<Answer> => world.call('DELETE', `/teams/${team}/members/${agentId}`);
const now = async (): Promise<unknown> => (await world.call('GET', `/teams/${team}`)).body;

describe('adding a member', () => {
  it('answers with the whole team, linked', async () => {
    world.clock.advance(5_000);
    const { status, body } = await add({ agent_id: 'a3', role: 'coordinator', timeout: 30 });
    expect(status).toBe(201);
    expect(body).toMatchObject({ agent_ids: ['a1', 'a2', 'a3'], updated_at: '2026-01-01T00:00:05.000Z' });
    expect(body.workflow_definition.agents[2]).toEqual({
      agent_id: 'a3',
      role: 'coordinator',
      timeout: 30,
      input: resultOf('a2'),
    });
    expect(await now()).toEqual(body);
  });

  it('takes null for absent, as the client sends it', async () => {
    const nulls = {
      role: null,
      execution_order: null,
      input: null,
      conditions: null,
      timeout: null,
      retry_config: null,
    };
    const { body } = await add({ agent_id: 'a3', ...nulls });
    expect(body.workflow_definition.agents[2]).toEqual({ agent_id: 'a3', role: 'member', input: resultOf('a2') });
  });

  it('refuses one that is there, unknown, or too many', async () => {
    const told = async (agent_id: string): Promise<unknown> => {
      const { status, body } = await add({ agent_id });
      return [status, body.code];
    };
    expect(await told('a1')).toEqual([400, 'team.member-exists']);
    expect(await told('e1')).toEqual([400, 'team.agents-unknown']);
    for (let n = 3; n <= 10; n += 1) expect(await told(`a${n}`)).toEqual([201, undefined]);
    expect(await told('a11')).toEqual([400, 'team.agent-limit-reached']);
  });

  it('names what is wrong where it was sent', async () => {
    const shape = await add({ agent_id: '', role: 'boss', execution_order: 1.5, input: {}, timeout: 'x' });
    expect([shape.status, Object.keys(shape.body.errors).sort()]).toEqual([
      422,
      ['agent_id', 'execution_order', 'input.source', 'role', 'timeout'],
    ]);
    const rules = await add({
      agent_id: 'a3',
      input: resultOf('a1'),
      conditions: [{ field: 'x', operator: 'y', value: 1 }],
      timeout: -1,
      retry_config: { max_attempts: 99 },
    });
    expect([rules.status, Object.keys(rules.body.errors).sort()]).toEqual([
      422,
      ['conditions[0].operator', 'input.agent_id', 'retry_config.max_attempts', 'timeout'],
    ]);
  });

  it('is repeated harmlessly with an Idempotency-Key', async () => {
    const key = { 'idempotency-key': 'm1' };
    expect((await add({ agent_id: 'a3' }, key)).status).toBe(201);
    expect((await add({ agent_id: 'a3' }, key)).status).toBe(201);
  });
});

describe('changing a member', () => {
  it('changes what was sent', async () => {
    const { status, body } = await change('a2', { role: 'leader', retry_config: { max_attempts: 3 } });
    expect([status, body.workflow_definition.agents[1]]).toEqual([
      200,
      { agent_id: 'a2', role: 'leader', input: resultOf('a1'), retry_config: { max_attempts: 3 } },
    ]);
    expect(await now()).toEqual(body);
  });

  it('finds agents by any id', async () => {
    await add({ agent_id: 'a:__proto__' });
    expect((await change('a:__proto__', { timeout: 1 })).status).toBe(200);
    expect((await change('nobody', { timeout: 1 })).body.code).toBe('team.member-not-found');
  });

  it('refuses a bad role, and an input that a pipeline cannot have', async () => {
    expect((await change('a2', { role: 'boss' })).status).toBe(422);
    const answer = await change('a2', { input: { source: 'combined', sources: [{ type: 'initial_prompt' }] } });
    expect([answer.status, Object.keys(answer.body.errors)]).toEqual([422, ['input.source']]);
  });
});

describe('removing a member', () => {
  it('answers with the team that is left', async () => {
    const { status, body } = await remove('a1');
    expect([status, body.agent_ids, body.workflow_definition.agents]).toEqual([
      200,
      ['a2'],
      [{ agent_id: 'a2', role: 'member', input: prompt }],
    ]);
    expect(await now()).toEqual(body);
  });

  it('refuses the last one and finds no stranger', async () => {
    expect((await remove('a9')).status).toBe(404);
    await remove('a1');
    const last = await remove('a2');
    expect([last.status, last.body.code]).toEqual([400, 'team.last-member']);
  });

  it('names who needs it', async () => {
    await create('sequential', [
      { agent_id: 'a1', execution_order: 1 } as { agent_id: string },
      { agent_id: 'a2', execution_order: 2, input: resultOf('a1') } as { agent_id: string },
    ]);
    const { status, body } = await remove('a1');
    expect([status, body.code]).toEqual([400, 'team.member-needed']);
    expect(body.detail).toBe(
      'The member cannot be removed: the agent a2: input.agent_id names no agent of this workflow.',
    );
  });

  it('names the feedback that needs it', async () => {
    const when = [{ field: 'data.ok', operator: 'equals', value: false }];
    const { body: before } = await world.call('GET', `/teams/${team}`);
    const config = { feedback: { from: 'a2', to: 'a1', max_iterations: 1, when } };
    await world.call('PUT', `/teams/${team}`, { workflow_definition: { ...before.workflow_definition, config } });
    expect((await remove('a1')).body.detail).toContain('workflow_definition.config.feedback.to must name an agent');
  });
});

it('members of somebody else’s team are not there', async () => {
  const eve = { authorization: 'Bearer eve' };
  for (const [method, path] of [
    ['POST', ''],
    ['PUT', '/a1'],
    ['DELETE', '/a1'],
  ] as const) {
    const body = method === 'DELETE' ? undefined : { agent_id: 'e1' };
    const answer = await world.call(method, `/teams/${team}/members${path}`, body, eve);
    expect([answer.status, answer.body.code]).toEqual([404, 'team.not-found']);
  }
});
