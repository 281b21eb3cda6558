import { COLLABORATIONS } from './collaborations.js';
import { type Design, INITIAL, inOrder, sideBySide, when } from './design.js';

/** Above the size at which prompts and results are kept beside their events. */
const LARGE = 'word '.repeat(2_000);

/** All strategies, and everything that can happen to a step: retries, pauses, refusals, loops, large results. */
const PLAIN: readonly Design[] = [
  {
    name: 'sequential',
    share: 10,
    agents: () => [{ delayMs: 20 }, { delayMs: 150 }, { says: 'the end' }],
    workflow: inOrder(),
  },
  {
    name: 'parallel',
    share: 7,
    agents: () => [{ delayMs: 10 }, { delayMs: 60 }, { delayMs: 300 }, { refuses: true }],
    workflow: sideBySide({ failure_policy: 'continue' }),
  },
  {
    name: 'pipeline',
    share: 6,
    agents: () => [
      { says: 'a plan' },
      { delayMs: 40 },
      { delayMs: 20, saysFirst: '{"verdict":"fail"}', says: '{"verdict":"pass"}' },
    ],
    workflow: ([architect, developer, tester]) => ({
      type: 'pipeline',
      agents: [
        { agent_id: architect, input: INITIAL },
        { agent_id: developer, input: { source: 'agent_result', agent_id: architect } },
        { agent_id: tester, input: { source: 'agent_result', agent_id: developer } },
      ],
      config: {
        feedback: { from: tester, to: developer, max_iterations: 2, when: when('data.verdict', 'fail') },
      },
    }),
  },
  {
    name: 'conditional',
    share: 7,
    agents: () => [{ delayMs: 30, says: '{"category":"billing"}' }, { delayMs: 80 }, { delayMs: 80 }, { says: 'bye' }],
    workflow: ([triage, billing, technical, last]) => ({
      type: 'conditional',
      agents: [
        { agent_id: triage, input: INITIAL },
        { agent_id: billing, input: INITIAL, conditions: when(`agent_${triage}_result.data.category`, 'billing') },
        { agent_id: technical, input: INITIAL, conditions: when(`agent_${triage}_result.data.category`, 'technical') },
        {
          agent_id: last,
          input: {
            source: 'combined',
            sources: [
              { type: 'agent_result', agent_id: billing },
              { type: 'agent_result', agent_id: technical },
            ],
          },
          conditions: when(`agent_${triage}_result.data.category`, 'billing'),
        },
      ],
    }),
  },
  {
    name: 'retrying',
    share: 5,
    agents: () => [{ delayMs: 10, fails: 2 }, { delayMs: 20 }],
    workflow: inOrder({ retry_config: { max_attempts: 3, initial_delay: 0.1 } }),
  },
  {
    name: 'waiting',
    share: 4,
    agents: () => [{ fails: 1 }, { delayMs: 10 }],
    workflow: inOrder({ retry_config: { max_attempts: 2, initial_delay: 5 } }),
  },
  { name: 'large', share: 5, prompt: LARGE, agents: () => [{ delayMs: 30 }, { delayMs: 10 }], workflow: inOrder() },
  { name: 'slow', share: 3, agents: () => [{ delayMs: 2_500 }, { delayMs: 10 }], workflow: inOrder() },
  {
    name: 'failing',
    share: 5,
    ends: 'failed',
    agents: () => [{ delayMs: 20, says: 'well' }, { delayMs: 20, refuses: true }, { says: 'never' }],
    workflow: inOrder(),
  },
];

export const DESIGNS: readonly Design[] = [...PLAIN, ...COLLABORATIONS];

/** Not of the load: its runs wait through all the kills. */
export const PATIENT: Design = {
  name: 'patient',
  share: 0,
  agents: () => [{}],
  workflow: ([agent_id], { third }) => ({
    type: 'sequential',
    agents: [{ agent_id, execution_order: 1, input: INITIAL, approval: { when: 'before', approvers: [third] } }],
  }),
};
