// Real: agents and teams behind the edge, SQLite in memory with every migration.
import { ADA, type Answer, type TeamsWorld, teamsWorld } from '../testing/teams.world.js';

let world: TeamsWorld;
beforeEach(async () => {
  world = await teamsWorld();
});
afterEach(() => world.close());

const instantiate = (id: string, body: unknown = {}, headers?: Record<string, string>): Promise<Answer> =>
  world.call('POST', `/templates/${id}/instantiate`, body, headers);

const agentCount = async (): Promise<number> => (await world.call('GET', '/agents')).body.length;

async function agentsOf({ body }: Answer): Promise<readonly Answer['body'][]> {
  const answers = body.agent_ids.map((id: string) => world.call('GET', `/agents/${id}`));
  return (await Promise.all(answers)).map((answer) => answer.body);
}

describe('the templates', () => {
  it('are listed with what one needs to choose', async () => {
    const { status, body } = await world.call('GET', '/templates');
    expect(status).toBe(200);
    expect(body).toMatchObject({ total: 3, page: 1, limit: 10, pages: 1 });
    const types = body.items.map(({ id, workflow_type }: Record<string, string>) => [id, workflow_type]);
    expect(types).toEqual([
      ['market-analysis', 'sequential'],
      ['software-team', 'pipeline'],
      ['customer-service', 'conditional'],
    ]);
    expect(body.items[1]).toMatchObject({
      name: 'Software team',
      example_prompt: expect.stringContaining('leap year'),
    });
    expect(body.items[1].agents[2]).toEqual({
      key: 'tester',
      name: 'Tester',
      description: 'Judges the code.',
      role: 'coordinator',
      model: 'sim/tester',
    });
  });

  it('come page by page', async () => {
    const { body } = await world.call('GET', '/templates?page=2&limit=2');
    expect(body).toMatchObject({ total: 3, page: 2, limit: 2, pages: 2 });
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual(['customer-service']);
    expect((await world.call('GET', '/templates?page=9')).body.items).toEqual([]);
  });
});

describe('instantiating a template', () => {
  it('answers with an ordinary team of the caller, and its address', async () => {
    const { status, headers, body } = await instantiate('market-analysis', { name: 'Bread' });
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/api/v1/teams/${body.team_id}`);
    expect(body).toMatchObject({ user_id: ADA.id, name: 'Bread', is_active: true });
    expect((await world.call('GET', `/teams/${body.team_id}`)).body).toEqual(body);
    expect((await world.call('GET', `/teams/${body.team_id}`, undefined, { authorization: 'Bearer eve' })).status).toBe(
      404,
    );
  });

  it('needs no wishes: the name of the template, and simulated models that are told what to say', async () => {
    const made = await instantiate('software-team', '');
    expect([made.status, made.body.name]).toEqual([201, 'Software team']);
    const agents = await agentsOf(made);
    expect(agents.map(({ model }) => model)).toEqual(['sim/architect', 'sim/developer', 'sim/tester']);
    expect(agents[2].configuration.system_prompt).toContain('[[json:');
  });

  it('gives each agent the model that was chosen for it, and all others the one of *', async () => {
    const models = { '*': 'gpt-4o', tester: 'anthropic/claude-sonnet-4', architect: 'sim/slow' };
    const agents = await agentsOf(await instantiate('software-team', { models }));
    expect(agents.map(({ model }) => model)).toEqual(['sim/slow', 'gpt-4o', 'anthropic/claude-sonnet-4']);
  });

  it('tells real models nothing of the simulation', async () => {
    const models = { '*': 'gpt-4o', architect: 'sim/slow' };
    const prompts = (await agentsOf(await instantiate('software-team', { models }))).map(
      ({ configuration }) => configuration.system_prompt,
    );
    expect(prompts.map((prompt: string) => prompt.includes('[['))).toEqual([true, false, false]);
    expect(prompts[2]).toMatch(/^You test code by reading it\..*mended}\.$/s);
  });

  it('makes a new team with new agents each time', async () => {
    const [first, second] = [await instantiate('market-analysis'), await instantiate('market-analysis')];
    expect(second.body.team_id).not.toBe(first.body.team_id);
    expect(first.body.agent_ids.filter((id: string) => second.body.agent_ids.includes(id))).toEqual([]);
  });

  it('makes one team for one idempotency key', async () => {
    const key = { 'idempotency-key': 'k1' };
    const before = await agentCount();
    const [first, again] = [
      await instantiate('market-analysis', {}, key),
      await instantiate('market-analysis', {}, key),
    ];
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await agentCount()).toBe(before + 3);
  });

  it('leaves a line in the trail for the team and for each agent', async () => {
    const { body } = await instantiate('market-analysis');
    const rows = await world.database.all<{ event_type: string }>(
      'SELECT event_type FROM audit_event WHERE entity_id IN ? ORDER BY event_type',
      [body.team_id, ...body.agent_ids],
    );
    expect(rows.map(({ event_type }) => event_type)).toEqual([
      'agent.created',
      'agent.created',
      'agent.created',
      'team.created',
    ]);
  });

  it('is refused for an unknown template, also one that is called like a part of every object', async () => {
    const { status, body } = await instantiate('market-research');
    expect([status, body.code]).toEqual([404, 'template.not-found']);
    expect((await instantiate('__proto__')).status).toBe(404);
  });

  it.each<[string, unknown, string]>([
    ['an agent that the template does not have', { models: { writer: 'gpt-4o' } }, 'models.writer'],
    ['a model without a name', { models: { tester: '' } }, 'models.tester'],
    ['a model that is no text', { models: { tester: 4 } }, 'models.tester'],
    ['a model whose name is too long', { models: { '*': 'x'.repeat(201) } }, 'models.*'],
    ['models that are no object', { models: ['gpt-4o'] }, 'models'],
    ['models without end', { models: Object.fromEntries(Array.from({ length: 101 }, (_, n) => [n, 'x'])) }, 'models'],
    ['a blank name', { name: ' ' }, 'name'],
  ])('is refused for %s, by its name', async (_what, body, field) => {
    const answer = await instantiate('software-team', body);
    expect([answer.status, Object.keys(answer.body.errors)]).toEqual([422, [field]]);
  });

  it('says which agents a template has to whoever names another', async () => {
    const { body } = await instantiate('software-team', { models: { writer: 'gpt-4o' } });
    expect(body.errors['models.writer'][0]).toContain('architect, developer, tester, or *');
  });
});

describe('the limits of teams', () => {
  it('hold for templates too, and a refused one leaves no agents behind', async () => {
    await world.close();
    world = await teamsWorld({ RENUM_MAX_TEAMS: '1' });
    expect((await instantiate('market-analysis')).status).toBe(201);
    const before = await agentCount();
    const { status, body } = await instantiate('market-analysis');
    expect([status, body.code]).toEqual([400, 'team.limit-reached']);
    expect(await agentCount()).toBe(before);
  });

  it('hold for the agents of a template', async () => {
    await world.close();
    world = await teamsWorld({ RENUM_MAX_AGENTS_PER_TEAM: '3' });
    expect((await instantiate('software-team')).status).toBe(201);
    expect((await instantiate('customer-service')).body.code).toBe('team.agent-limit-reached');
  });
});
