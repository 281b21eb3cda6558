import { type Design, INITIAL, inOrder, sideBySide, when } from './design.js';
import type { Dice } from './dice.js';
import type { Behaviour } from './model-provider.js';
import type { WantedCall } from './replies.js';

/** Declared by every team that shares variables; `load.ts` knows what they must come to. */
export const SHARED = { log: { reducer: 'append' }, total: { reducer: 'sum', initial: 1_000 } } as const;

const WRITERS = 4;
const LONGEST_DELAY_MS = 120;

const set = (name: keyof typeof SHARED, value: string | number): WantedCall => ({
  name: 'context_set',
  input: { name, value },
});
const write = (content: string, to?: string): WantedCall => ({ name: 'message_send', input: { content, to } });
const ask = (agent: string, question: string, timeout_seconds?: number): WantedCall => ({
  name: 'agent_ask',
  input: { agent, question, timeout_seconds },
});

/** Some turns of some calls, each of which writes what nobody else writes. */
function writer(dice: Dice, who: string): Behaviour {
  const turns = Array.from({ length: dice.between(1, 3) }, (_, turn) =>
    Array.from({ length: dice.between(1, 4) }, (_, place) =>
      dice.happens(1 / 2) ? set('log', `${who}.${turn}.${place}`) : set('total', dice.between(1, 9)),
    ),
  );
  return { delayMs: dice.between(0, LONGEST_DELAY_MS), turns, says: 'written' };
}

/** Agents that share variables, write to and ask one another, go back, and wait for people. */
export const COLLABORATIONS: readonly Design[] = [
  {
    name: 'sharing',
    share: 12,
    agents: (dice) => Array.from({ length: WRITERS }, (_, index) => writer(dice, `writer ${index + 1}`)),
    workflow: sideBySide({ context: SHARED }),
  },
  {
    name: 'asking',
    share: 9,
    agents: (dice) => [
      {
        delayMs: 10,
        turns: [
          [set('log', 'before'), ask('asking 2', 'How many?'), ask('asking 3', 'How long?', 0.3), set('total', 1)],
          [ask('asking 2', 'How many in all?'), set('log', 'between')],
        ],
        says: 'answered',
      },
      { asked: { delayMs: dice.between(0, LONGEST_DELAY_MS), turns: [[set('log', 'of the asked')]], says: '42' } },
      // Never in time, and nobody waits for it.
      { asked: { delayMs: 3_000, says: 'too late' } },
    ],
    workflow: inOrder({}, { context: SHARED }),
  },
  {
    name: 'circle',
    share: 7,
    agents: (dice) => [circling(dice, 'circle 2', 'circle 1'), circling(dice, 'circle 1', 'circle 2')],
    workflow: sideBySide({ context: SHARED }),
  },
  {
    name: 'writing',
    share: 7,
    agents: (dice) => [
      { turns: [[write('Begin.', 'writing 2'), write('Somebody has begun.')]], says: 'a plan' },
      writer(dice, 'developer'),
      {
        delayMs: 20,
        turns: [[set('log', 'tested'), write('Look at it again.', 'writing 2')]],
        saysFirst: '{"verdict":"fail"}',
        says: '{"verdict":"pass"}',
      },
    ],
    workflow: ([first, second, third]) => ({
      type: 'pipeline',
      agents: [
        { agent_id: first, input: INITIAL },
        { agent_id: second, input: { source: 'agent_result', agent_id: first } },
        { agent_id: third, input: { source: 'agent_result', agent_id: second } },
      ],
      config: {
        context: SHARED,
        feedback: { from: third, to: second, max_iterations: 2, when: when('data.verdict', 'fail') },
      },
    }),
  },
  {
    name: 'stumbling',
    share: 4,
    agents: () => [
      { turns: [[set('log', 'once')], [set('total', 1)]], fails: 2, failsBehind: 1, says: 'at last' },
      { delayMs: 20 },
    ],
    workflow: inOrder({ retry_config: { max_attempts: 3, initial_delay: 0.05 } }, { context: SHARED }),
  },
  {
    name: 'approved',
    share: 5,
    agents: (dice) => [{ delayMs: 10 }, writer(dice, 'approved'), { delayMs: 10 }],
    workflow: ([first, second, third], { owner, second: other }) => ({
      type: 'sequential',
      agents: [
        { agent_id: first, execution_order: 1, input: INITIAL, approval: { when: 'before' } },
        {
          ...{ agent_id: second, execution_order: 2, input: INITIAL },
          approval: { when: 'after', approvers: [owner, other], quorum: 2 },
        },
        { agent_id: third, execution_order: 3, input: INITIAL, approval: { when: 'after', approvers: [other] } },
      ],
      config: { context: SHARED },
    }),
  },
  {
    name: 'expiring',
    share: 2,
    agents: () => [{ delayMs: 10 }, { delayMs: 10 }],
    workflow: ([first, second]) => ({
      type: 'sequential',
      agents: [
        {
          ...{ agent_id: first, execution_order: 1, input: INITIAL },
          approval: { when: 'before', expires_s: 0.7, on_expiry: 'approve' },
        },
        {
          ...{ agent_id: second, execution_order: 2, input: INITIAL },
          approval: { when: 'after', expires_s: 0.9, on_expiry: 'reject' },
        },
      ],
    }),
  },
  {
    name: 'nested',
    share: 2,
    agents: () => [
      { turns: [[ask('nested 2', 'May I?'), set('log', 'asked')]], says: 'done' },
      { asked: { delayMs: 20, says: 'You may.' }, says: 'me too' },
    ],
    workflow: ([first, second]) => ({
      type: 'sequential',
      agents: [
        { agent_id: first, execution_order: 1, input: INITIAL },
        { agent_id: second, execution_order: 2, input: INITIAL, approval: { when: 'after' } },
      ],
      config: { context: SHARED },
    }),
  },
];

/** Asks another one that asks it in the same moment, and, when it is asked itself, asks back. */
function circling(dice: Dice, other: string, self: string): Behaviour {
  const asked = { delayMs: dice.between(20, LONGEST_DELAY_MS), turns: [[ask(other, `Who asks ${self}?`)]], says: 'I' };
  return { delayMs: 30, turns: [[ask(other, 'Who is there?'), set('log', self)]], says: 'both', asked };
}
