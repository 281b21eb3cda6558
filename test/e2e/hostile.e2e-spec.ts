// Real: the whole server over HTTP. Generated: every body field and parameter that its document names.
import { isDeepStrictEqual } from 'node:util';
import {
  type Answer,
  type HttpClient,
  PASSWORD,
  signUp,
  simAgent,
  startServer,
  type TestServer,
  teamOf,
} from '../harness/index.js';
import { atField, type Operation, operationsOf, withField } from '../hostile/routes.js';
import { ADDRESSED, BODIES, VALUES } from '../hostile/values.js';

let server: TestServer;
let ada: HttpClient;
let operations: readonly Operation[];
let bodies: Readonly<Record<string, unknown>>;
let ids: Readonly<Record<string, string>>;

beforeAll(async () => {
  const env = {
    RENUM_RATE_LIMIT_PER_MINUTE: '0',
    RENUM_MAX_TEAMS: '1000000',
    RENUM_MAX_CONCURRENT_EXECUTIONS: '1000000',
  };
  server = await startServer(env);
  ada = await signUp(server.http);
  operations = operationsOf((await server.http.get('/openapi.json')).body);
  const agents = [await simAgent(ada), await simAgent(ada)];
  const team = await teamOf(ada, 'sequential', agents);
  const { body: run } = await ada.post(
    `/api/v1/teams/${team}/execute`,
    { initial_prompt: 'x' },
    { headers: { prefer: 'wait=20' } },
  );
  const workflow = {
    type: 'sequential',
    agents: agents.map((agent_id, index) => ({
      agent_id,
      execution_order: index + 1,
      input: { source: 'initial_prompt' },
    })),
  };
  ids = {
    teams: team,
    agents: agents[0] ?? '',
    executions: run.execution_id,
    approvals: await waitingForPeople(agents),
    agent_id: agents[0] ?? '',
    templates: 'software-team',
    check: 'database',
    file: 'swagger-ui.css',
  };
  bodies = {
    'POST /api/v1/auth/register': { name: 'Eve', email: 'eve@example.com', password: PASSWORD },
    'POST /api/v1/auth/login': { email: 'eve@example.com', password: PASSWORD },
    'POST /api/v1/auth/refresh': { refresh_token: 'x' },
    'POST /api/v1/agents': { name: 'Agent', configuration: { system_prompt: 'p', tools: [] } },
    'PUT /api/v1/agents/{id}': { name: 'Agent' },
    'POST /api/v1/api-keys': { service_name: 'openai', api_key: 'sk-1' },
    'POST /api/v1/teams/api-keys': { service_name: 'openai', api_key: 'sk-1' },
    'POST /api/v1/teams': { name: 'Team', agent_ids: agents, workflow_definition: workflow },
    'PUT /api/v1/teams/{id}': { name: 'Team' },
    'POST /api/v1/teams/{id}/execute': { initial_prompt: 'hello' },
    'POST /api/v1/executions/{id}/retry': {},
    'POST /api/v1/executions/{id}/rerun': { from_step: 's1' },
    'POST /api/v1/executions/{id}/fork': { agents: { [agents[0] ?? '']: { model: 'sim/other' } } },
    'POST /api/v1/teams/{id}/members': { agent_id: agents[0] },
    'PUT /api/v1/teams/{id}/members/{agent_id}': { role: 'member' },
    'POST /api/v1/teams/{id}/plan': { initial_prompt: 'hello' },
    'POST /api/v1/workflows/compile': { workflow_definition: workflow, agent_ids: agents },
    'POST /api/v1/approvals/{id}/decide': { decision: 'approve', edited: 'y', comment: 'z' },
    'POST /api/v1/templates/{id}/instantiate': { name: 'Team', models: { tester: 'sim/tester' } },
  };
});

/** A step that is asked about; resolves with the id of the approval. */
async function waitingForPeople(agents: readonly string[]): Promise<string> {
  const team = await teamOf(ada, 'parallel', agents, { approval: { when: 'before' } });
  const { body } = await ada.post(`/api/v1/teams/${team}/execute`, { initial_prompt: 'x' });
  return `${body.execution_id}.s1`;
}

/** Streams answer without end; leaving and pages are no places for bodies. */
const LEFT_ALONE = new Set([
  'POST /api/v1/auth/logout',
  'DELETE /api/v1/agents/{id}',
  'DELETE /api/v1/teams/{id}',
  'DELETE /api/v1/executions/{id}',
  'DELETE /api/v1/teams/{id}/members/{agent_id}',
]);

const nameOf = ({ method, path }: Operation): string => `${method} ${path}`;

/** The path with everything in its place, except what is under attack. */
function pathOf({ path }: Operation, attacked?: string, value = ''): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    if (name === attacked) return value;
    const room = /^\/api\/v1\/(\w+)\//.exec(path)?.[1] ?? '';
    return (name === 'id' ? ids[room] : ids[name]) ?? name;
  });
}

function isFaulty({ status, body, headers }: Answer): boolean {
  if (status >= 500) return true;
  const isProblem =
    status < 400 ||
    (headers.get('content-type')?.startsWith('application/problem+json') &&
      typeof body.detail === 'string' &&
      body.status === status);
  return !isProblem;
}

const summary = ({ status, body }: Answer): string => `${status} ${JSON.stringify(body)?.slice(0, 200)}`;

describe('hostile input', () => {
  test('has something to attack in every room', () => {
    expect(operations.length).toBeGreaterThan(30);
    const withBodies = operations.filter(({ fields }) => fields.length > 0);
    expect(withBodies.map(nameOf).sort()).toEqual(Object.keys(bodies).sort());
  });

  test('in a body field is stored as it was sent or refused by name, and never answered with 5xx', async () => {
    const wrong: string[] = [];
    let asked = 0;
    for (const operation of operations.filter(({ fields }) => fields.length > 0)) {
      for (const field of operation.fields) {
        for (const [what, value] of Object.entries(VALUES)) {
          const body = withField(bodies[nameOf(operation)], field, value);
          const answer = await ada.ask(operation.method, pathOf(operation), { body });
          asked++;
          const why = judge(operation, field, value, answer);
          if (why) wrong.push(`${nameOf(operation)} ${field} = ${what}: ${why}: ${summary(answer)}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(asked).toBeGreaterThan(1_000);
  }, 240_000);

  test('in a path or a query is refused or not found, and never answered with 5xx', async () => {
    const wrong: string[] = [];
    for (const operation of operations) {
      if (LEFT_ALONE.has(nameOf(operation)) || operation.path.endsWith('/events')) continue;
      for (const { in: place, name } of operation.parameters) {
        for (const [what, value] of Object.entries(ADDRESSED)) {
          const path =
            place === 'path'
              ? pathOf(operation, name, value)
              : `${pathOf(operation)}?${name}=${value}&${name}[]=${value}`;
          if (place !== 'path' && place !== 'query') continue;
          const answer = await ada.ask(
            operation.method,
            path,
            operation.method === 'GET' ? {} : { body: bodies[nameOf(operation)] ?? {} },
          );
          // A service may be called so, and an earlier test did.
          const isName = name === 'service_name' && what === 'word';
          const isLoose = place === 'path' && value !== '' && answer.status < 400 && what !== 'wildcard' && !isName;
          if (isFaulty(answer) || isLoose)
            wrong.push(`${nameOf(operation)} ${place} ${name} = ${what}: ${summary(answer)}`);
          if (answer.status === 422 && !Object.keys(answer.body.errors ?? {}).includes(name)) {
            wrong.push(`${nameOf(operation)} ${name} = ${what} does not name its parameter: ${summary(answer)}`);
          }
        }
      }
    }
    expect(wrong).toEqual([]);
  }, 120_000);

  test('instead of a body is refused with 4xx by every route that reads one', async () => {
    const wrong: string[] = [];
    for (const operation of operations.filter(({ fields }) => fields.length > 0)) {
      for (const [what, { body, type = 'application/json', headers }] of Object.entries(BODIES)) {
        const response = await fetch(new URL(pathOf(operation), server.url), {
          method: operation.method,
          headers: { 'content-type': type, authorization: `Bearer ${ada.bearer}`, ...headers },
          body: typeof body === 'string' ? body : new Uint8Array(body),
        });
        const text = await response.text();
        const isFine =
          response.status < 300 && (what === 'a byte order mark' || (mayBeEmpty(operation) && UNKNOWN_ONLY.has(what)));
        if ((response.status < 400 || response.status >= 500) && !isFine)
          wrong.push(`${nameOf(operation)} ${what}: ${response.status} ${text.slice(0, 200)}`);
      }
    }
    expect(wrong).toEqual([]);
  }, 120_000);

  test('has harmed nothing: what was there still answers', async () => {
    expect((await ada.get(`/api/v1/executions/${ids.executions}/result`)).body.status).toBe('completed');
    expect((await server.http.get('/readyz')).status).toBe(200);
    expect(Reflect.get({}, 'isAdmin')).toBeUndefined();
  });
});

/** Null when the answer is right: refused naming the field, or accepted and shown exactly as it was sent. */
function judge(operation: Operation, field: string, value: unknown, answer: Answer): string | null {
  if (isFaulty(answer)) return 'no proper answer';
  const top = field.split('.')[0] ?? '';
  if (answer.status === 422) {
    const named = Object.keys(answer.body.errors ?? {}).some(
      (path) => path === top || path.startsWith(`${top}.`) || path.startsWith(`${top}[`),
    );
    return named || Object.keys(answer.body.errors ?? {}).length > 0 ? null : 'refused without naming a field';
  }
  if (answer.status >= 400 || value === null || SHOWN_OTHERWISE.test(`${nameOf(operation)} ${field}`)) return null;
  const shown = atField(answer.body, field);
  return shown === undefined || isDeepStrictEqual(shown, value)
    ? null
    : `stored as ${JSON.stringify(shown)?.slice(0, 80)}`;
}

/** What such a route is told when nothing in the body is a field it knows. */
const UNKNOWN_ONLY = new Set(['nothing', 'the same key twice']);

/** A change that names nothing the route knows changes nothing; templates and plans need no wishes. */
function mayBeEmpty({ method, path }: Operation): boolean {
  return method === 'PUT' || path.endsWith('/instantiate') || path.endsWith('/plan');
}

/** The two shapes of one agent: what `configuration` says wins, and what it does not mention stays. */
const SHOWN_OTHERWISE = /^(POST|PUT) \/api\/v1\/agents\S* configuration$/;
