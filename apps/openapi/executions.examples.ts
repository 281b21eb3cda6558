import type { Json } from '#libs/kernel/index.js';
import { ANALYST, EXECUTION, FORK, PROMPT, REPLAY, RERUN, RESEARCHER, RETRY, TEAM } from './cast.js';
import type { Examples } from './illustrate.js';

const BEGUN = '2026-11-22T10:00:00.120Z';
const HANDED_ON = '2026-11-22T10:00:00.124Z';
const OVER = '2026-11-22T10:00:00.128Z';

const FOUND = 'Small clinics cannot plan with one yearly bill.';
const NUMBER = 'About 4,000 clinics would pay 200 dollars a month.';

const pending = {
  execution_id: EXECUTION,
  team_id: TEAM,
  status: 'pending',
  initial_prompt: PROMPT,
  final_result: null,
  error_message: null,
  started_at: null,
  completed_at: null,
  created_at: BEGUN,
  parent_execution_id: null,
};

const completed = {
  ...pending,
  status: 'completed',
  final_result: { result: NUMBER, execution_time: 0.002 },
  started_at: BEGUN,
  completed_at: OVER,
};

const halfway = {
  ...pending,
  status: 'running',
  started_at: BEGUN,
  agent_statuses: { [RESEARCHER]: 'completed', [ANALYST]: 'running' },
  progress: 50,
  current_step: 2,
  total_steps: 2,
  active_agents: [ANALYST],
  completed_agents: [RESEARCHER],
  failed_agents: [],
  estimated_completion: null,
  last_updated: HANDED_ON,
  waiting: [],
};

const sim = { model_provider: 'sim', api_key_type: 'renum_native', tokens_input: 12, request_count: 1 };
const nothing = { [RESEARCHER]: 0, [ANALYST]: 0 };

const result = {
  ...completed,
  agent_results: {
    [RESEARCHER]: { result: FOUND, execution_time: 0.002 },
    [ANALYST]: { result: NUMBER, execution_time: 0.002 },
  },
  cost_metrics: {
    cost_usd: 0,
    cost_breakdown: nothing,
    pricing_version: 'v1',
    total_cost_usd: 0,
    agent_costs: nothing,
    incomplete: false,
  },
  usage_metrics: {
    [RESEARCHER]: { ...sim, model_name: 'researcher', tokens_output: 12 },
    [ANALYST]: { ...sim, model_name: 'analyst', tokens_output: 13 },
  },
  usage_summary: {
    total_tokens: 49,
    agent_tokens: { [RESEARCHER]: 24, [ANALYST]: 25 },
    tokens_input: 24,
    tokens_output: 25,
    request_count: 2,
  },
  execution_duration: 0.008,
};

function line(timestamp: string, agent_id: string | null, message: string, details: Json) {
  return { timestamp, level: 'info', agent_id, message, details };
}

const logs = [
  line(BEGUN, null, 'Execution of team "Market analysis" started', { strategy: 'sequential' }),
  line(BEGUN, RESEARCHER, 'Started', { step_id: 's1', attempt: 1 }),
  line(HANDED_ON, RESEARCHER, 'Completed', { step_id: 's1', attempt: 1, execution_time: 0.002 }),
  line(HANDED_ON, ANALYST, 'Started', { step_id: 's2', attempt: 1 }),
  line(OVER, ANALYST, 'Completed', { step_id: 's2', attempt: 1, execution_time: 0.002 }),
  line(OVER, null, 'Execution completed', null),
];

const usage = { tokens_input: 12, tokens_output: 12, cost_usd: 0 };

function frame(seq: number, type: string, at: string, facts: object = {}): string {
  return `id: ${seq}\nevent: ${type}\ndata: ${JSON.stringify({ execution_id: EXECUTION, seq, type, at, ...facts })}\n\n`;
}

const researching = { step_id: 's1', agent_id: RESEARCHER, attempt: 1 };
const tool = { name: 'context_set', turn: 1, place: 0 };
const interview = { key: 'interviews', reducer: 'append', value: 'Clinic North', version: 2 };

/** How a stream begins. */
const stream = [
  'retry: 3000\n\n',
  frame(1, 'execution.started', BEGUN),
  frame(2, 'step.started', BEGUN, researching),
  frame(3, 'tool.called', BEGUN, { ...researching, tool }),
  frame(4, 'context.changed', BEGUN, { step_id: 's1', agent_id: RESEARCHER, context: interview }),
  frame(5, 'tool.completed', BEGUN, { ...researching, tool: { ...tool, output: { name: 'interviews', version: 2 } } }),
  frame(6, 'step.succeeded', HANDED_ON, { ...researching, result: FOUND, usage }),
].join('');

const id = { id: EXECUTION };

/** A run that begins with what another one recorded. */
const child = (execution_id: string) => ({ ...pending, execution_id, parent_execution_id: EXECUTION });
const CHEAPER = { [ANALYST]: { model: 'sim/fast', system_prompt: 'You estimate in one sentence.' } };

export const EXECUTION_EXAMPLES: Examples = {
  executionsExecute: { path: { id: TEAM }, body: { initial_prompt: PROMPT }, answer: pending },
  executionsList: { answer: [completed] },
  executionsGet: { path: id, answer: halfway },
  executionsStatus: { path: id, answer: halfway },
  executionsResult: { path: id, answer: result },
  executionsLogs: { path: id, answer: logs },
  eventsEvents: { path: id, answer: stream },
  repairsRerun: { path: id, body: { from_step: 's2' }, answer: child(RERUN) },
  repairsFork: { path: id, body: { agents: CHEAPER }, answer: child(FORK) },
  repairsReplay: { path: id, answer: { ...completed, execution_id: REPLAY, parent_execution_id: EXECUTION } },
  executionsStop: { path: id, answer: { success: true, status: 'success', message: 'Execution stopped' } },
  repairsRetry: { path: id, body: {}, answer: child(RETRY) },
  executionsRemove: { path: id, answer: { success: true, status: 'success', message: 'Execution deleted' } },
};
