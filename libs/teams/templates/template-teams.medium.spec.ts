// Real: agents and teams behind the edge, SQLite in memory with every migration.
import { ADA, EVE, type TeamsWorld, teamsWorld } from '../testing/teams.world.js';
import { TemplateTeams } from './template-teams.js';

let world: TeamsWorld;
beforeEach(async () => {
  world = await teamsWorld();
});
afterEach(() => world.close());

describe('the first teams', () => {
  it('are two that can be seen, with agents on the simulated model', async () => {
    const [first, second] = await world.app.get(TemplateTeams, { strict: false }).createFirst(ADA);
    expect([first?.team.name, second?.team.name]).toEqual(['Market analysis', 'Customer service']);
    const { body } = await world.call('GET', `/teams/${first?.team.id}`);
    expect(body.workflow_definition.agents[1].input).toEqual({ source: 'agent_result', agent_id: body.agent_ids[0] });
    const agent = await world.call('GET', `/agents/${body.agent_ids[0]}`);
    expect(agent.body).toMatchObject({ name: 'Market researcher', model: 'sim/researcher', role: 'leader' });
    expect(agent.body.configuration.system_prompt).toContain('You research markets.');
  });

  it('are made once for each user', async () => {
    const templates = world.app.get(TemplateTeams, { strict: false });
    await templates.createFirst(ADA);
    expect(await templates.createFirst(ADA)).toEqual([]);
    expect(await templates.createFirst(EVE)).toHaveLength(2);
    expect((await world.call('GET', '/teams')).body.total).toBe(2);
  });
});
