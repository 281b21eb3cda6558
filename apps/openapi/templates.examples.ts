import { ADA } from './cast.js';
import type { Examples } from './illustrate.js';

const TEAM = '0199f3a4-1208-7c31-9b40-1d2e3f4a5b41';
const TRIAGE = '0199f3a4-1209-7d42-8c51-2e3f4a5b6c42';
const BILLING = '0199f3a4-120a-7e53-9d62-3f4a5b6c7d43';
const TECHNICAL = '0199f3a4-120b-7f64-8e73-4a5b6c7d8e44';
const FOLLOW_UP = '0199f3a4-120c-7075-9f84-5b6c7d8e9f45';

const category = `agent_${TRIAGE}_result.data.category`;
const priority = `agent_${TRIAGE}_result.data.priority`;
const prompt = { source: 'initial_prompt' };

function agent(key: string, name: string, description: string, role = 'member') {
  return { key, name, description, role, model: `sim/${key}` };
}

const template = {
  id: 'customer-service',
  name: 'Customer service',
  description:
    'Triage reads the request, a specialist for billing or technology answers, urgent cases get a follow-up.',
  workflow_type: 'conditional',
  agents: [
    agent('triage', 'Triage', 'Sorts requests by category and priority.', 'coordinator'),
    agent('billing', 'Billing specialist', 'Answers questions about payments and invoices.'),
    agent('technical', 'Technical specialist', 'Answers questions about the app and the shop.'),
    agent('followup', 'Follow-up', 'Plans what must still happen after the answer.'),
  ],
  example_prompt: 'I was charged twice for the same order last Tuesday. Please send one payment back.',
};

const team = {
  team_id: TEAM,
  user_id: ADA,
  name: 'Help for clinics',
  description: template.description,
  agent_ids: [TRIAGE, BILLING, TECHNICAL, FOLLOW_UP],
  workflow_definition: {
    type: 'conditional',
    agents: [
      { agent_id: TRIAGE, role: 'coordinator', input: prompt },
      {
        agent_id: BILLING,
        role: 'member',
        input: prompt,
        conditions: [{ field: category, operator: 'equals', value: 'billing' }],
      },
      {
        agent_id: TECHNICAL,
        role: 'member',
        input: prompt,
        conditions: [{ field: category, operator: 'equals', value: 'technical' }],
      },
      {
        agent_id: FOLLOW_UP,
        role: 'member',
        input: {
          source: 'combined',
          sources: [
            { type: 'agent_result', agent_id: BILLING },
            { type: 'agent_result', agent_id: TECHNICAL },
          ],
        },
        conditions: [{ field: priority, operator: 'greater_than', value: 2 }],
      },
    ],
  },
  team_config: {},
  is_active: true,
  created_at: '2026-11-22T09:30:00.000Z',
  updated_at: '2026-11-22T09:30:00.000Z',
};

export const TEMPLATE_EXAMPLES: Examples = {
  templatesList: { answer: { items: [template], total: 3, page: 3, limit: 1, pages: 3 } },
  templatesInstantiate: {
    path: { id: template.id },
    body: { name: team.name, models: { '*': 'openai/gpt-4o', triage: 'sim/triage' } },
    answer: team,
  },
};
