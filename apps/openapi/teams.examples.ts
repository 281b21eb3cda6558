import { ADA, ANALYST, RESEARCHER, TEAM, WRITER } from './cast.js';
import type { Examples } from './illustrate.js';

const workflow = {
  type: 'sequential',
  agents: [
    { agent_id: RESEARCHER, role: 'leader', execution_order: 1, input: { source: 'initial_prompt' } },
    {
      agent_id: ANALYST,
      role: 'member',
      execution_order: 2,
      input: { source: 'agent_result', agent_id: RESEARCHER },
      timeout: 120,
      retry_config: { max_attempts: 3, initial_delay: 1, backoff_factor: 2 },
    },
  ],
};

const team = {
  team_id: TEAM,
  user_id: ADA,
  name: 'Market analysis',
  description: 'From a question about a market to a number.',
  agent_ids: [RESEARCHER, ANALYST],
  workflow_definition: workflow,
  team_config: {},
  is_active: true,
  created_at: '2026-11-22T09:40:00.000Z',
  updated_at: '2026-11-22T09:40:00.000Z',
};

const writer = {
  role: 'member',
  execution_order: 3,
  input: {
    source: 'combined',
    sources: [
      { type: 'agent_result', agent_id: RESEARCHER },
      { type: 'agent_result', agent_id: ANALYST },
    ],
  },
};

function withWriter(change: object): typeof team {
  const agents = [...workflow.agents, { agent_id: WRITER, ...writer, ...change }];
  return { ...team, agent_ids: [...team.agent_ids, WRITER], workflow_definition: { ...workflow, agents } };
}

const later = { ...team, description: 'Questions about markets, answered with a number.' };

export const TEAM_EXAMPLES: Examples = {
  teamsCreate: {
    body: {
      name: team.name,
      description: team.description,
      agent_ids: team.agent_ids,
      workflow_definition: workflow,
    },
    answer: team,
  },
  teamsList: { answer: { items: [team], total: 1, page: 1, limit: 10, pages: 1 } },
  teamsGet: { path: { id: TEAM }, answer: team },
  teamsUpdate: {
    path: { id: TEAM },
    body: { description: later.description },
    answer: { ...later, updated_at: '2026-11-22T10:10:00.000Z' },
  },
  teamsDelete: {
    path: { id: TEAM },
    answer: { success: true, status: 'success', message: 'Team "Market analysis" deleted' },
  },
  membersAdd: { path: { id: TEAM }, body: { agent_id: WRITER, ...writer }, answer: withWriter({}) },
  membersChange: {
    path: { id: TEAM, agent_id: WRITER },
    body: { role: 'coordinator', timeout: 60 },
    answer: withWriter({ role: 'coordinator', timeout: 60 }),
  },
  membersRemove: { path: { id: TEAM, agent_id: WRITER }, answer: team },
};
