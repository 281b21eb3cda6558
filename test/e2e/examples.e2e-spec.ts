// Real: the whole server over HTTP. Its examples are sent as they are, ids replaced.
import { readFileSync } from 'node:fs';
import { EXECUTION } from '../../apps/openapi/cast.js';
import {
  type Answer,
  examplesRefusedBy,
  type HttpClient,
  type Operation,
  operationsOf,
  PASSWORD,
  startServer,
  type TestServer,
  until,
} from '../harness/index.js';

const document = JSON.parse(readFileSync('docs/openapi.json', 'utf8'));
const operations = operationsOf(document);

function operation(id: string): Operation {
  const found = operations.get(id);
  if (!found) throw new Error(`There is no operation ${id}.`);
  return found;
}

/** The order in which somebody would ask. */
const STORY = [
  ...['authRegister', 'authLogin', 'authMe'],
  ...['apiKeysStore', 'apiKeysList', 'apiKeysRemove'],
  ...['agentsCreate', 'agentsList', 'agentsGet', 'agentsChange'],
  ...['teamsCreate', 'teamsList', 'teamsGet', 'teamsUpdate', 'plansOfTeam', 'plansCompile'],
  ...['executionsExecute', 'executionsResult', 'executionsGet', 'executionsStatus', 'executionsList'],
  ...['contextGet', 'contextDiff', 'messagesList'],
  ...['executionsLogs', 'eventsEvents', 'approvalsList', 'approvalsGet', 'approvalsDecide'],
  ...['repairsRerun', 'repairsFork', 'repairsReplay', 'executionsStop', 'repairsRetry', 'executionsRemove'],
  ...['membersAdd', 'membersChange', 'membersRemove'],
  ...['templatesList', 'templatesInstantiate'],
  ...['frontDoorWelcome', 'healthHealth', 'probesLive', 'probesStartup', 'probesReady', 'probesOne'],
  ...['docsDocument', 'docsSameDocument', 'docsPage', 'docsFile', 'metricsScrape'],
  ...['authRefresh', 'teamsDelete', 'agentsRemove', 'authLogout'],
  ...['auditList', 'healthDependencies'],
];

const ADMIN = { email: 'boss@example.com', password: PASSWORD };

describe('the examples of the API document', () => {
  it('fit the schemas of their operations', () => {
    expect(examplesRefusedBy(document)).toEqual([]);
  });

  it.each<[string, (changed: typeof document) => void, RegExp]>([
    [
      'a body that the operation refuses',
      ({ paths }) => {
        paths['/api/v1/teams'].post.requestBody.content['application/json'].example.name = '';
      },
      /^teamsCreate would refuse its example: .*name/,
    ],
    [
      'an answer with a field that the view does not have',
      ({ paths }) => {
        paths['/api/v1/teams/{id}'].get.responses[200].content['application/json'].example.colour = 'red';
      },
      /^teamsGet would not answer its example: .*additional/,
    ],
  ])('are found when wrong: %s', (_what, spoil, sentence) => {
    const changed = structuredClone(document);
    spoil(changed);
    expect(examplesRefusedBy(changed)).toEqual([expect.stringMatching(sentence)]);
  });
});

describe('a server that is sent the examples', () => {
  let server: TestServer;
  let http: HttpClient;
  /** What this server calls what the examples call otherwise. */
  const real = new Map<string, string>();

  beforeAll(async () => {
    server = await startServer({ RENUM_ADMIN_EMAIL: ADMIN.email, RENUM_ADMIN_PASSWORD: ADMIN.password });
    http = server.http;
  });

  it.each(STORY)('answers %s as documented', async (id) => {
    await BEFORE[id]?.();
    const { status, answer: example, answerFault } = operation(id);
    const answer = await send(id);
    expect(answer.status === status ? null : answer.body).toBeNull();
    expect(answerFault(answer.body)).toBeNull();
    learn(example, answer.body);
    await AFTER[id]?.(answer);
  });

  /** What the story does not tell. */
  const BEFORE: Readonly<Record<string, () => Promise<void>>> = {
    approvalsList: async () => {
      const { body: team } = await send('teamsGet');
      const [first, second] = team.workflow_definition.agents;
      const agents = [first, { ...second, approval: { when: 'after' } }];
      await http.put(`/api/v1/teams/${team.team_id}`, { workflow_definition: { type: 'sequential', agents } });
      const { body } = await send('executionsExecute');
      real.set(EXECUTION, body.execution_id);
      await until('the analyst’s answer is judged', async () => (await send('approvalsList')).body.total === 1);
    },
    executionsStop: async () => {
      const { body } = await send('executionsExecute', { initial_prompt: '[[sleep:60000]]' });
      real.set(EXECUTION, body.execution_id);
    },
    repairsRetry: async () => {
      await send('executionsResult');
    },
    auditList: async () => {
      const { body } = await http.post('/api/v1/auth/login', ADMIN);
      http = http.as(body.token);
    },
  };

  const AFTER: Readonly<Record<string, (answer: Answer) => Promise<void>>> = {
    authLogin: async ({ body }) => {
      http = http.as(body.token);
    },
    // One of them stands for all three agents; the list says what the others are.
    agentsCreate: async () => {
      const agents = operation('agentsList').answer as readonly { agent_id: string; name: string }[];
      for (const { agent_id, ...fields } of agents.filter((one) => !real.has(one.agent_id))) {
        const { body } = await http.post('/api/v1/agents', fields);
        real.set(agent_id, body.agent_id);
      }
    },
  };

  function send(id: string, body = operation(id).body): Promise<Answer> {
    const { method, path } = operation(id);
    const headers = id === 'executionsResult' ? { prefer: 'wait=10' } : {};
    return http.ask(method, translated(path), { headers, body: translated(body) });
  }

  function translated<T>(example: T): T {
    if (example === undefined) return example;
    return JSON.parse([...real].reduce((text, [from, to]) => text.replaceAll(from, to), JSON.stringify(example)));
  }

  /** Ids and tokens: long words, when they are seen first. */
  function learn(example: unknown, answer: unknown): void {
    if (typeof example === 'string') {
      if (typeof answer === 'string' && /^[\w.-]{30,}$/.test(example) && !real.has(example)) real.set(example, answer);
      return;
    }
    for (const [key, value] of Object.entries(Object(example))) learn(value, Object(answer)[key]);
  }
});
