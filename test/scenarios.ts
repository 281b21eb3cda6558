import type { Workflow, WorkflowAgent, WorkflowInput } from '#libs/compiler/index.js';
import { Recording } from './recording.js';

/*
 * What the journals in test/journals tell, one run each. A journal that is recorded stays as it is for ever: another
 * release adds scenarios under its own number and leaves the older ones alone.
 */
export const SCENARIOS: Readonly<Record<string, () => Recording>> = {
  '0.1-sequential-retry': () =>
    new Recording('01926b2b-0000-7000-8000-000000000001', sequential(), 'Write about tides.')
      .answers('s1', 'Tides follow the moon.')
      .fails('s2', 'rate_limit', 20_000)
      .later(19_999)
      .later(1)
      .fails('s2', 'server_error')
      .later(60_000)
      .answers('s2', 'Tides follow the moon; here is how.'),

  '0.1-sequential-failure': () =>
    new Recording('01926b2b-0000-7000-8000-000000000002', sequential(), 'Write about tides.').fails('s1', 'invalid'),

  '0.1-parallel-partly': () =>
    new Recording('01926b2b-0000-7000-8000-000000000003', parallel({ failure_policy: 'continue' }), 'Find news.')
      .answers('s2', 'News of the north.')
      .fails('s3', 'invalid')
      .answers('s1', 'News of the south.'),

  '0.1-parallel-fail-fast-late-cost': () => {
    const run = new Recording('01926b2b-0000-7000-8000-000000000004', parallel({ failure_policy: 'fail_fast' }), 'Hi.');
    const slow = run.performanceOf('s1');
    const slower = run.performanceOf('s3');
    run.fails('s2', 'invalid').answers(slow, 'Too late.').later(1_000);
    return run.answers(slower, 'Much too late.').answers(slower, 'Much too late.');
  },

  '0.1-pipeline-feedback': () =>
    new Recording('01926b2b-0000-7000-8000-000000000005', pipeline(), 'Write a poem.')
      .answers('s1', 'Outline.')
      .answers('s2', 'Draft.')
      .answers('s3', 'Weak.', 3)
      .answers('s2~2', 'Better draft.')
      .answers('s3~2', 'Fair.', 5)
      .answers('s2~3', 'Best draft.')
      .answers('s3~3', 'Good.', 9)
      .answers('s4', 'Printed.'),

  '0.1-conditional': () =>
    new Recording('01926b2b-0000-7000-8000-000000000006', conditional(), 'Sort this letter.')
      .answers('s1', 'Urgent.', 8)
      .fails('s2', 'invalid')
      .answers('s4', 'Filed.'),

  '0.1-takeover': () => {
    const run = new Recording('01926b2b-0000-7000-8000-000000000007', sequential(), 'Write about tides.');
    const orphan = run.performanceOf('s1');
    run.later(4_000).takenOver().answers('s1', 'Tides follow the moon.').answers(orphan, 'Tides, told by the dead.');
    return run.takenOver().takenOver().answers('s2', 'Done after all.');
  },

  '0.1-five-deaths': () =>
    new Recording('01926b2b-0000-7000-8000-000000000008', sequential(), 'Write about tides.')
      .takenOver()
      .takenOver()
      .takenOver()
      .takenOver()
      .takenOver(),

  '0.1-cancel': () => {
    const run = new Recording('01926b2b-0000-7000-8000-000000000009', parallel({}), 'Find news.');
    const slow = run.performanceOf('s1');
    return run.answers('s2', 'News.').cancelled().later(1_000).answers(slow, 'Nobody reads this.');
  },

  '0.1-questions': () => {
    const run = new Recording('01926b2b-0000-7000-8000-00000000000a', sequential(), 'Write about tides.');
    run.asks('s1', 'writer', 'Which tides?', 60_000).answers('c1', 'Spring tides.').answers('s1', 'Spring tides rise.');
    run.asks('s2', 'researcher', 'Is that so?', 60_000).asks('c2', 'writer', 'Is what so?', 30_000);
    const slow = run.performanceOf('c3');
    return run.later(30_000).answers('c2', 'It is so.').answers(slow, 'What?').answers('s2', 'It is.');
  },

  '0.2-conversation': () =>
    new Recording('01926b2b-0000-7000-8000-000000000011', sharing(), 'Find news.')
      .uses('s1', ['context_set', { name: 'sources', value: 'harbour' }], ['context_set', { name: 'found', value: 2 }])
      .uses(
        's2',
        ['context_set', { name: 'sources', value: 'market' }],
        ['message_send', { content: 'Ask the harbour.' }],
      )
      .uses(
        's3',
        ['agent_ask', { agent: 'south', question: 'Anything new?', timeout_seconds: 60 }],
        ['context_get', {}],
      )
      .uses('c1', ['agent_ask', { agent: 'east', question: 'Who asks?' }], ['context_set', { name: 'found', value: 3 }])
      .takenOver()
      .answers('c1', 'A new ferry.')
      .answers('s2', 'News of the north.')
      .uses('s1', ['context_set', { name: 'initial_prompt', value: 'no' }])
      .fails('s1', 'server_error')
      .answers('s3', 'News of the east.'),

  '0.2-an-answer-too-late': () => {
    const run = new Recording('01926b2b-0000-7000-8000-000000000012', sharing(), 'Find news.');
    run.uses('s1', ['agent_ask', { agent: 'north', question: 'Anything new?', timeout_seconds: 5 }]);
    const slow = run.performanceOf('c1');
    run.later(5_000).answers(slow, 'Yes, but late.').answers('s1', 'No answer.');
    return run.answers('s2', 'News.').answers('s3', 'More news.');
  },

  '0.2-people': () =>
    new Recording('01926b2b-0000-7000-8000-000000000013', judged(), 'Write to the mayor.')
      .later(60_000)
      .votes('s1', 'ada', 'approve', 'Write kindly to the mayor.')
      .answers('s1', 'Dear mayor.')
      .answers('s2', 'Dear mayor, fix the bridge.')
      .votes('s2', 'ada', 'approve')
      .takenOver()
      .votes('s2', 'bob', 'approve', 'Dear mayor, please mend the bridge.')
      .answers('s3', 'Sent.')
      .later(86_400_000),

  '0.2-people-who-refuse': () =>
    new Recording('01926b2b-0000-7000-8000-000000000014', judged(), 'Write to the mayor.')
      .votes('s1', 'ada', 'approve')
      .answers('s1', 'Dear mayor.')
      .answers('s2', 'Mend it!')
      .votes('s2', 'bob', 'reject'),

  '0.2-retry': () => {
    const of = new Recording('01926b2b-0000-7000-8000-000000000015', pipeline(), 'Write a poem.');
    of.answers('s1', 'Outline.').answers('s2', 'Draft.').answers('s3', 'Weak.', 3).fails('s2~2', 'invalid');
    const repaired = { of, how: 'retry', again: new Set(['s2~2']) } as const;
    return new Recording('01926b2b-0000-7000-8000-000000000016', pipeline(), 'Write a poem.', repaired)
      .answers('s2~2', 'Better draft.')
      .answers('s3~2', 'Good.', 9)
      .answers('s4', 'Printed.');
  },

  '0.2-replay': () => {
    const of = new Recording('01926b2b-0000-7000-8000-000000000017', conditional(), 'Sort this letter.');
    of.answers('s1', 'Urgent.', 8).fails('s2', 'invalid').answers('s4', 'Filed.');
    const repaired = { of, how: 'replay', again: null } as const;
    return new Recording('01926b2b-0000-7000-8000-000000000018', conditional(), 'Sort this letter.', repaired);
  },
};

const PROMPT: WorkflowInput = { source: 'initial_prompt' };
const from = (agent_id: string): WorkflowInput => ({ source: 'agent_result', agent_id });

function agent(
  agent_id: string,
  execution_order: number,
  input = PROMPT,
  rest: Partial<WorkflowAgent> = {},
): WorkflowAgent {
  return { agent_id, role: execution_order === 1 ? 'leader' : 'member', execution_order, input, ...rest };
}

function sequential(): Workflow {
  const retry_config = { max_attempts: 3 };
  return {
    type: 'sequential',
    agents: [agent('researcher', 1), agent('writer', 2, from('researcher'), { retry_config, timeout: 300 })],
  };
}

function parallel(config: { failure_policy?: string }): Workflow {
  return { type: 'parallel', agents: [agent('south', 1), agent('north', 2), agent('east', 3)], config };
}

function sharing(): Workflow {
  const context = { sources: { reducer: 'append' }, found: { reducer: 'sum', initial: 1 } };
  return { ...parallel({ failure_policy: 'continue' }), config: { failure_policy: 'continue', context } };
}

function judged(): Workflow {
  const ada = { when: 'before', approvers: ['ada'] };
  const both = { when: 'after', approvers: ['ada', 'bob'], quorum: 2, expires_s: 3_600 };
  const anybody = { when: 'after', expires_s: 86_400, on_expiry: 'approve' };
  return {
    type: 'sequential',
    agents: [
      agent('planner', 1, PROMPT, { approval: ada }),
      agent('writer', 2, from('planner'), { approval: both }),
      agent('clerk', 3, from('writer'), { approval: anybody }),
    ],
  };
}

function pipeline(): Workflow {
  const when = [{ field: 'data.score', operator: 'less_than', value: 7 }];
  return {
    type: 'pipeline',
    agents: [
      agent('planner', 1),
      agent('writer', 2, from('planner')),
      agent('critic', 3, from('writer')),
      agent('printer', 4, from('critic')),
    ],
    config: { feedback: { from: 'critic', to: 'writer', max_iterations: 3, when } },
  };
}

function conditional(): Workflow {
  const urgent = [{ field: 'data.score', operator: 'greater_than', value: 5 }];
  const calm = [{ field: 'data.score', operator: 'less_than', value: 5 }];
  return {
    type: 'conditional',
    agents: [
      agent('sorter', 1),
      agent('caller', 2, from('sorter'), { conditions: urgent }),
      agent('writer', 3, from('sorter'), { conditions: calm }),
      agent('archive', 4, PROMPT, { conditions: [{ field: 'agent_sorter_result', operator: 'exists' }] }),
    ],
  };
}
