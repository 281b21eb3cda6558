// Real: agents and teams behind the edge, SQLite in memory with every migration.
import { ADA, type TeamsWorld, teamsWorld } from '../testing/teams.world.js';
import { TemplateTeams } from './template-teams.js';

let world: TeamsWorld;
beforeEach(async () => {
  world = await teamsWorld();
});
afterEach(() => world.close());

const createFirst = () => {
  const templates = world.app.get(TemplateTeams, { strict: false });
  return world.database.work.run((tx) => templates.createFirst(tx, ADA));
};

describe('the first teams', () => {
  it('are two that can be seen, with agents on the simulated model', async () => {
    const [first, second] = await createFirst();
    expect([first?.team.name, second?.team.name]).toEqual(['Market analysis', 'Customer service']);
    const { body } = await world.call('GET', `/teams/${first?.team.id}`);
    expect(body.workflow_definition.agents[1].input).toEqual({ source: 'agent_result', agent_id: body.agent_ids[0] });
    const agent = await world.call('GET', `/agents/${body.agent_ids[0]}`);
    expect(agent.body).toMatchObject({ name: 'Market researcher', model: 'sim/researcher', role: 'leader' });
    expect(agent.body.configuration.system_prompt).toContain('You research markets.');
  });

  it('come with all their agents or not at all', async () => {
    const templates = world.app.get(TemplateTeams, { strict: false });
    const agents = async () => (await world.call('GET', '/agents')).body.length;
    const before = await agents();
    const cut = world.database.work.run(async (tx) => {
      await templates.createFirst(tx, ADA);
      throw new Error('cut');
    });
    await expect(cut).rejects.toThrow('cut');
    expect((await world.call('GET', '/teams')).body.total).toBe(0);
    expect(await agents()).toBe(before);
  });
});
