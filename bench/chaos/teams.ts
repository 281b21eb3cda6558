import type { Client } from './client.js';
import type { Behaviour } from './model-provider.js';

/** A team of the load, and how many of a hundred runs are its. */
export interface Team {
  readonly name: string;
  readonly id: string;
  readonly share: number;
  readonly prompt: string;
}

interface Design {
  readonly name: string;
  readonly share: number;
  readonly prompt?: string;
  readonly agents: readonly Behaviour[];
  readonly workflow: (ids: readonly string[]) => object;
}

const PROMPT = 'Compare the makers of heat pumps.';
const INITIAL = { source: 'initial_prompt' };

/** Above the size at which prompts and results are kept beside their events. */
const LARGE = 'word '.repeat(2_000);

const inOrder =
  (extra: object = {}) =>
  (ids: readonly string[]): object => ({
    type: 'sequential',
    agents: ids.map((agent_id, index) => ({ agent_id, execution_order: index + 1, input: INITIAL, ...extra })),
  });

const when = (field: string, value: string): readonly object[] => [{ field, operator: 'equals', value }];

/** All strategies, and everything that can happen to a step: retries, pauses, refusals, loops, large results. */
const DESIGNS: readonly Design[] = [
  {
    name: 'sequential',
    share: 20,
    agents: [{ delayMs: 20 }, { delayMs: 150 }, { says: 'the end' }],
    workflow: inOrder(),
  },
  {
    name: 'parallel',
    share: 15,
    agents: [{ delayMs: 10 }, { delayMs: 60 }, { delayMs: 300 }, { refuses: true }],
    workflow: (ids) => ({
      type: 'parallel',
      agents: ids.map((agent_id) => ({ agent_id, input: INITIAL })),
      config: { failure_policy: 'continue' },
    }),
  },
  {
    name: 'pipeline',
    share: 15,
    agents: [
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
    share: 15,
    agents: [{ delayMs: 30, says: '{"category":"billing"}' }, { delayMs: 80 }, { delayMs: 80 }, { says: 'bye' }],
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
    share: 10,
    agents: [{ delayMs: 10, fails: 2 }, { delayMs: 20 }],
    workflow: inOrder({ retry_config: { max_attempts: 3, initial_delay: 0.1 } }),
  },
  {
    name: 'waiting',
    share: 10,
    agents: [{ fails: 1 }, { delayMs: 10 }],
    workflow: inOrder({ retry_config: { max_attempts: 2, initial_delay: 5 } }),
  },
  { name: 'large', share: 10, prompt: LARGE, agents: [{ delayMs: 30 }, { delayMs: 10 }], workflow: inOrder() },
  { name: 'slow', share: 5, agents: [{ delayMs: 2_500 }, { delayMs: 10 }], workflow: inOrder() },
];

export async function makeTeams(user: Client): Promise<readonly Team[]> {
  const teams: Team[] = [];
  for (const { name, share, prompt = PROMPT, agents, workflow } of DESIGNS) {
    const ids: string[] = [];
    for (const behaviour of agents) {
      const configuration = { model: 'openai/chaos', system_prompt: JSON.stringify(behaviour) };
      ids.push(await made(user, '/api/v1/agents', { name, configuration }, 'agent_id'));
    }
    const team = { name, agent_ids: ids, workflow_definition: workflow(ids) };
    teams.push({ name, share, prompt, id: await made(user, '/api/v1/teams', team, 'team_id') });
  }
  return teams;
}

async function made(user: Client, path: string, what: object, id: string): Promise<string> {
  const { status, body } = await user.post(path, what);
  if (status !== 201) throw new Error(`POST ${path} was answered ${status}: ${JSON.stringify(body)}`);
  return body[id];
}
