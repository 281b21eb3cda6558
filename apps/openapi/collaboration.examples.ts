import { ANALYST, EXECUTION, PROMPT, RESEARCHER, TEAM } from './cast.js';
import type { Examples } from './illustrate.js';

const BEGUN = '2026-11-22T10:00:00.120Z';
const WRITTEN = '2026-11-22T10:00:00.122Z';
const ANSWERED = '2026-11-22T10:00:00.124Z';

const RESULT = `agent_${RESEARCHER}_result`;
const found = { result: 'Small clinics cannot plan with one yearly bill.', execution_time: 0.002 };

const start = {
  initial_prompt: PROMPT,
  team_id: TEAM,
  execution_id: EXECUTION,
  workflow_type: 'sequential',
};

const byTheRun = { previous_value: null, changed_by: null, reducer: null, written: null, omitted: [] };

const begun = Object.entries(start).map(([key, value]) => ({
  ...{ version: 1, key, value, step_id: null, timestamp: BEGUN },
  ...byTheRun,
}));

const interviewed = {
  ...{ version: 2, key: 'interviews', value: ['Clinic North'], previous_value: null },
  ...{ changed_by: RESEARCHER, step_id: 's1', timestamp: WRITTEN },
  ...{ reducer: 'append', written: 'Clinic North', omitted: [] },
};

const answered = { version: 3, key: RESULT, value: found, step_id: 's1', timestamp: ANSWERED, ...byTheRun };

const context = {
  execution_id: EXECUTION,
  version: 3,
  variables: { ...start, interviews: ['Clinic North'], [RESULT]: found },
  metadata: {
    created_at: BEGUN,
    updated_at: ANSWERED,
    latest_version: 3,
    reducers: { interviews: 'append' },
  },
  history: [...begun, interviewed, answered],
  history_total: 6,
};

const diff = {
  ...{ execution_id: EXECUTION, from: 2, to: 3 },
  added: [{ key: RESULT, value: found, previous_value: null }],
  changed: [],
  removed: [],
};

const exchange = { execution_id: EXECUTION, requires_response: false, response_timeout: null };

const messages = [
  {
    ...{ message_id: 'm1', from_agent: ANALYST, to_agent: RESEARCHER, message_type: 'request' },
    ...exchange,
    ...{ content: { question: 'How many clinics did you ask?' }, requires_response: true, response_timeout: 30 },
    ...{ response_message_id: 'm2', request_message_id: null, step_id: 's2', timestamp: WRITTEN },
  },
  {
    ...{ message_id: 'm2', from_agent: RESEARCHER, to_agent: ANALYST, message_type: 'response' },
    ...exchange,
    ...{ content: { answer: 'Forty.' }, response_message_id: null },
    ...{ request_message_id: 'm1', step_id: 'c1', timestamp: ANSWERED },
  },
];

const path = { id: EXECUTION };

export const COLLABORATION_EXAMPLES: Examples = {
  contextGet: { path, answer: context },
  contextDiff: { path, answer: diff },
  messagesList: { path, answer: { items: messages, total: 2, page: 1, limit: 50, pages: 1 } },
};
