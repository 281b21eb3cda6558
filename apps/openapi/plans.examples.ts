import { ANALYST, RESEARCHER, TEAM, WRITER } from './cast.js';
import type { Examples } from './illustrate.js';

const prompt = { source: 'initial_prompt' };
const category = `agent_${RESEARCHER}_result.data.category`;

function node(id: string, agent_id: string, name: string, order: number, max_attempts: number) {
  const timeout = max_attempts === 1 ? 600 : 120;
  const what = { id, agent_id, name, role: order === 1 ? 'leader' : 'member', order };
  return { ...what, runner: 'llm', model: 'openai/gpt-4o', conditions: [], timeout, max_attempts };
}

export const PLAN_EXAMPLES: Examples = {
  plansOfTeam: {
    path: { id: TEAM },
    body: { initial_prompt: 'Would small clinics pay by the month?' },
    answer: {
      plan: {
        type: 'sequential',
        on_failure: 'stop',
        width: 2,
        nodes: [node('s1', RESEARCHER, 'Researcher', 1, 1), node('s2', ANALYST, 'Analyst', 2, 3)],
        edges: [{ from: 's1', to: 's2', why: 'input' }],
        loops: [],
      },
      diagnostics: [
        {
          severity: 'error',
          code: 'provider.no-key',
          path: 'workflow_definition.agents[0].agent_id',
          message:
            '"Researcher" cannot run. There is no key for openai. Set OPENAI_API_KEY on the server, or store your own key with POST /api/v1/api-keys (service_name "openai").',
        },
      ],
      worst_case: { steps: 4, seconds: 963, cost_usd: 1.23 },
    },
  },
  plansCompile: {
    body: {
      workflow_definition: {
        type: 'conditional',
        agents: [
          { agent_id: RESEARCHER, input: prompt },
          {
            agent_id: ANALYST,
            input: prompt,
            conditions: [
              { field: category, operator: 'equals', value: 'prices' },
              { field: category, operator: 'equals', value: 'laws' },
            ],
          },
          {
            agent_id: WRITER,
            input: { source: 'agent_result', agent_id: ANALYST },
            conditions: [{ field: 'data.sources', operator: 'greater_than', value: 'many' }],
          },
        ],
      },
    },
    answer: {
      plan: null,
      diagnostics: [
        {
          severity: 'error',
          code: 'workflow.value-invalid',
          path: 'workflow_definition.agents[2].conditions[0].value',
          message: 'workflow_definition.agents[2].conditions[0].value must be a number.',
        },
        {
          severity: 'warning',
          code: 'workflow.unreachable',
          path: 'workflow_definition.agents[1].conditions[0]',
          message: `"Analyst" never runs, because ${category} equals "prices" excludes ${category} equals "laws". Change the condition, or take the agent out.`,
        },
      ],
      worst_case: { steps: 0, seconds: 0, cost_usd: 0 },
    },
  },
};
