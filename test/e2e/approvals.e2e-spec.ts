// Real: the whole server over HTTP and its records, the simulated model.
import { randomUUID } from 'node:crypto';
import { Engine } from '#libs/executions/index.js';
import { Database } from '#libs/platform/database/index.js';
import {
  type Answer,
  type HttpClient,
  signUp,
  simAgent,
  startServer,
  type TestServer,
  until,
} from '../harness/index.js';
import { VALUES } from '../hostile/values.js';

jest.setTimeout(60_000);

let server: TestServer;
let ada: HttpClient;
let ben: HttpClient;
let eve: HttpClient;

beforeAll(async () => {
  server = await startServer({ RENUM_MAX_CONCURRENT_EXECUTIONS: '3' });
});
beforeEach(async () => {
  [ada, ben, eve] = await Promise.all([signUp(server.http), signUp(server.http), signUp(server.http)]);
});

interface Person {
  readonly id: string;
  readonly email: string;
}

const who = async (http: HttpClient): Promise<Person> => (await http.get('/api/v1/auth/me')).body;

/** A pipeline of Ada’s, its agents asking people as said; resolves with its id. */
async function teamWith(approvals: readonly (object | null)[], config: object = {}): Promise<string> {
  const ids: string[] = [];
  for (const n of approvals.keys()) ids.push(await simAgent(ada, '', `Agent ${n + 1}`));
  const agents = ids.map((agent_id, n) => ({
    agent_id,
    input: n === 0 ? { source: 'initial_prompt' } : { source: 'agent_result', agent_id: ids[n - 1] },
    ...(approvals[n] && { approval: approvals[n] }),
  }));
  const { status, body } = await ada.post('/api/v1/teams', {
    name: 'Team',
    agent_ids: ids,
    workflow_definition: { type: 'pipeline', agents, config },
  });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body.team_id;
}

async function execute(team: string, prompt = 'Bread?'): Promise<string> {
  const { status, body } = await ada.post(`/api/v1/teams/${team}/execute`, { initial_prompt: prompt });
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body.execution_id;
}

const statusOf = async (id: string) => (await ada.get(`/api/v1/executions/${id}`)).body;
const resultOf = async (id: string) =>
  (await ada.get(`/api/v1/executions/${id}/result`, { headers: { prefer: 'wait=20' } })).body;

/** Resolves with the id of what this execution asks people next. */
async function asked(execution: string, step = 's1'): Promise<string> {
  const id = `${execution}.${step}`;
  await until(`${step} waits for people`, async () =>
    (await statusOf(execution)).waiting.some((one: { id: string }) => one.id === id),
  );
  return id;
}

const inbox = async (http: HttpClient, status = 'pending') =>
  (await http.get(`/api/v1/approvals?status=${status}&limit=100`)).body;

const decide = (http: HttpClient, id: string, body: object, headers = {}): Promise<Answer> =>
  http.post(`/api/v1/approvals/${id}/decide`, body, { headers });

const APPROVE = { decision: 'approve' };
const REJECT = { decision: 'reject' };

test('a team that asks before and after runs on as soon as its owner has agreed to both', async () => {
  const team = await teamWith([{ when: 'before' }, { when: 'after', expires_s: 3_600 }]);
  const execution = await execute(team, 'Bread?');
  const before = await asked(execution, 's1');
  const status = await statusOf(execution);
  expect(status).toMatchObject({ status: 'running', progress: 0, current_step: 1 });
  expect(status.waiting).toEqual([{ step_id: 's1', kind: 'approval', id: before }]);
  expect(Object.values(status.agent_statuses)).toEqual(['running', 'pending']);

  const { body: first } = await ada.get(`/api/v1/approvals/${before}`);
  expect(first).toEqual({
    ...{ id: before, execution_id: execution, team_id: team, team_name: 'Team' },
    ...{ step_id: 's1', agent_id: expect.any(String), agent_name: 'Agent 1', when: 'before', subject: 'Bread?' },
    ...{ status: 'pending', requested_at: expect.any(String), expires_at: null, on_expiry: 'reject' },
    ...{ approvers: [], quorum: 1, votes: [], may_decide: true, settled_at: null },
  });
  expect((await inbox(ada)).items).toEqual([first]);

  const { id: by } = await who(ada);
  const { status: code, body } = await decide(ada, before, { ...APPROVE, comment: 'Go.' });
  expect(code).toBe(200);
  const at = expect.any(String);
  expect(body).toEqual({
    ...first,
    status: 'approved',
    votes: [{ by, decision: 'approve', edited: null, comment: 'Go.', at }],
    may_decide: false,
    settled_at: at,
  });

  const after = await asked(execution, 's2');
  const judged = (await ada.get(`/api/v1/approvals/${after}`)).body;
  expect(judged).toMatchObject({ when: 'after', subject: 'Bread?', agent_name: 'Agent 2' });
  expect(Date.parse(judged.expires_at) - Date.parse(judged.requested_at)).toBe(3_600_000);
  expect(await inbox(ada)).toMatchObject({ items: [{ id: after }], total: 1, page: 1, limit: 100, pages: 1 });
  expect(await statusOf(execution)).toMatchObject({ progress: 50, current_step: 2 });

  await decide(ada, after, APPROVE);
  expect(await resultOf(execution)).toMatchObject({ status: 'completed', final_result: { result: 'Bread?' } });
  expect((await inbox(ada)).items).toEqual([]);
  expect((await inbox(ada, 'approved')).items.map(({ id }: { id: string }) => id)).toEqual([after, before]);
});

test('tells of it in logs and on the stream', async () => {
  const execution = await execute(await teamWith([{ when: 'before' }, { when: 'after' }]));
  await decide(ada, await asked(execution, 's1'), { ...APPROVE, edited: 'Rolls?' });
  await decide(ada, await asked(execution, 's2'), { ...REJECT, comment: 'Too short' });
  const { id: by } = await who(ada);
  expect(await resultOf(execution)).toMatchObject({ status: 'failed' });

  const logs: readonly { level: string; message: string; details: object }[] = (
    await ada.get(`/api/v1/executions/${execution}/logs`)
  ).body;
  expect(logs.map(({ level, message }) => `${level} ${message}`)).toEqual([
    'info Execution of team "Team" started',
    'info Waits for people before it runs',
    'info Approved',
    'debug Taken up again',
    'info Started',
    'info Completed',
    'info Started',
    'info Waits for people to judge its result',
    'warning Rejected',
    'debug Taken up again',
    'error Failed: The people who were asked did not agree: Too short',
    'error Execution failed: The people who were asked did not agree: Too short',
  ]);
  const { body: stream } = await ada.get(`/api/v1/executions/${execution}/events`);
  const events = [...String(stream).matchAll(/^data: (.+)$/gm)].map(([, data = '']) => JSON.parse(data));
  const approvals = events.filter(({ type }) => type.startsWith('approval.'));
  expect(approvals).toMatchObject([
    { type: 'approval.requested', step_id: 's1', approval: { when: 'before', expires_at: null } },
    { type: 'approval.decided', step_id: 's1', approval: { decision: 'approve', decided_by: by, is_edited: true } },
    { type: 'approval.requested', step_id: 's2', approval: { when: 'after', result: 'Rolls?' } },
    { type: 'approval.decided', step_id: 's2', approval: { decision: 'reject', comment: 'Too short' } },
  ]);
  expect(approvals[0].approval).not.toHaveProperty('result');
});

describe('who is asked', () => {
  test('decides; the owner looks on, and everybody else finds nothing', async () => {
    const { email } = await who(ben);
    const execution = await execute(await teamWith([{ when: 'before', approvers: [email.toUpperCase()] }]));
    const id = await asked(execution);
    expect((await inbox(ben)).items).toMatchObject([{ id, may_decide: true, subject: 'Bread?' }]);
    expect((await inbox(ada)).items).toMatchObject([{ id, may_decide: false }]);
    expect(await inbox(eve)).toEqual({ items: [], total: 0, page: 1, limit: 100, pages: 0 });

    expect(await decide(ada, id, APPROVE)).toMatchObject({ status: 403, body: { code: 'approval.not-asked' } });
    const stranger = await decide(eve, id, APPROVE);
    const unknown = await decide(eve, `${randomUUID()}.s1`, APPROVE);
    expect(stranger).toMatchObject({ status: 404, body: { code: 'approval.not-found', detail: 'Approval not found' } });
    const words = ({ body }: Answer) => ({ ...body, instance: null, trace_id: null });
    expect(words(stranger)).toEqual(words(unknown));
    expect((await eve.get(`/api/v1/approvals/${id}`)).status).toBe(404);
    // Those who are asked see the question, and nothing else of the run.
    expect((await ben.get(`/api/v1/executions/${execution}`)).status).toBe(404);

    expect(await decide(ben, id, APPROVE)).toMatchObject({ status: 200, body: { status: 'approved' } });
    expect(await resultOf(execution)).toMatchObject({ status: 'completed' });
  });

  test('is found under a user id as well as under an e-mail address', async () => {
    const { id: userId } = await who(ben);
    const execution = await execute(await teamWith([{ when: 'before', approvers: [userId] }]));
    expect(await decide(ben, await asked(execution), APPROVE)).toMatchObject({ status: 200 });
  });

  test('must exist, and counts once under whatever name', async () => {
    const { id, email } = await who(ben);
    const refused = async (approvers: readonly string[], quorum = 1) => {
      const agent = await simAgent(ada);
      const approval = { when: 'before', approvers, quorum };
      const agents = [{ agent_id: agent, input: { source: 'initial_prompt' }, approval }];
      const workflow_definition = { type: 'pipeline', agents };
      return ada.post('/api/v1/teams', { name: 'T', agent_ids: [agent], workflow_definition });
    };
    const path = 'workflow_definition.agents[0].approval.approvers';
    expect(await refused([email, 'nobody@example.com'])).toMatchObject({
      status: 422,
      body: { code: 'team.plan-invalid', errors: { [`${path}[1]`]: [expect.stringMatching(/can sign in here/)] } },
    });
    expect(await refused([email, id], 2)).toMatchObject({
      status: 422,
      body: { errors: { [`${path}[1]`]: ['must not name anybody twice'] } },
    });
    expect((await refused([email])).status).toBe(201);
  });
});

describe('a quorum', () => {
  const two = async () => {
    const approvers = [(await who(ben)).id, (await who(eve)).email];
    return execute(await teamWith([{ when: 'after', approvers, quorum: 2 }]));
  };

  test('of two is reached by two, of which each sees what the other said', async () => {
    const execution = await two();
    const id = await asked(execution);
    expect(await decide(ben, id, APPROVE)).toMatchObject({
      status: 200,
      body: { status: 'pending', settled_at: null },
    });
    expect((await inbox(eve)).items).toMatchObject([{ votes: [{ decision: 'approve' }], may_decide: true }]);
    expect(await statusOf(execution)).toMatchObject({ status: 'running' });
    expect(await decide(eve, id, { ...APPROVE, edited: 'Rolls.' })).toMatchObject({ body: { status: 'approved' } });
    expect(await resultOf(execution)).toMatchObject({ status: 'completed', final_result: { result: 'Rolls.' } });
  });

  test('that cannot be reached any more is a rejection', async () => {
    const execution = await two();
    const id = await asked(execution);
    expect(await decide(eve, id, { ...REJECT, comment: 'No.' })).toMatchObject({ body: { status: 'rejected' } });
    expect(await resultOf(execution)).toMatchObject({
      status: 'failed',
      error_message: 'The people who were asked did not agree: No.',
    });
    expect(await decide(ben, id, APPROVE)).toMatchObject({
      status: 409,
      body: { code: 'approval.settled', detail: 'There is nothing left to decide: it was rejected.' },
    });
  });

  test('counts each person once, however fast they are', async () => {
    const execution = await two();
    const id = await asked(execution);
    const answers = await Promise.all([1, 2, 3].map(() => decide(ben, id, APPROVE)));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409]);
    expect((await ben.get(`/api/v1/approvals/${id}`)).body).toMatchObject({ status: 'pending', votes: [{}] });
    expect(await decide(ben, id, REJECT)).toMatchObject({
      status: 409,
      body: { code: 'approval.already-decided', detail: expect.stringContaining('You have already approved it') },
    });
  });

  test('hears both when they speak at the same moment', async () => {
    const execution = await two();
    const id = await asked(execution);
    const answers = await Promise.all([decide(ben, id, APPROVE), decide(eve, id, APPROVE)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await resultOf(execution)).toMatchObject({ status: 'completed' });
    expect((await inbox(ben, 'approved')).items).toMatchObject([{ id, votes: [{}, {}] }]);
  });
});

describe('a decision', () => {
  test('hands on what was edited: to the agent before it runs, and to the next one afterwards', async () => {
    const execution = await execute(await teamWith([{ when: 'before' }, { when: 'after' }, null]), 'Bread?');
    await decide(ada, await asked(execution, 's1'), { ...APPROVE, edited: 'Rolls?' });
    expect((await ada.get(`/api/v1/approvals/${await asked(execution, 's2')}`)).body.subject).toBe('Rolls?');
    await decide(ada, `${execution}.s2`, { ...APPROVE, edited: '{"verdict": "fine"}' });
    const { agent_results, final_result } = await resultOf(execution);
    expect(Object.values(agent_results)).toMatchObject([
      { result: 'Rolls?' },
      { result: '{"verdict": "fine"}', data: { verdict: 'fine' } },
      { result: '{"verdict": "fine"}' },
    ]);
    expect(final_result.result).toBe('{"verdict": "fine"}');
  });

  test('to reject follows the failure policy of the team', async () => {
    const [first, second] = [await simAgent(ada), await simAgent(ada)];
    const input = { source: 'initial_prompt' };
    const agents = [
      { agent_id: first, input, approval: { when: 'before' } },
      { agent_id: second, input },
    ];
    const workflow_definition = { type: 'parallel', agents, config: { failure_policy: 'continue' } };
    const { body } = await ada.post('/api/v1/teams', { name: 'T', agent_ids: [first, second], workflow_definition });
    const execution = await execute(body.team_id);
    await decide(ada, await asked(execution), REJECT);
    expect(await resultOf(execution)).toMatchObject({
      status: 'completed',
      final_result: { failed_agents: [first] },
    });
  });

  test('is written down in the audit trail, without what was said', async () => {
    const { id: actor_id } = await who(ada);
    const id = await asked(await execute(await teamWith([{ when: 'before' }])));
    await decide(ada, id, { ...APPROVE, edited: 'secret words', comment: 'more of them' });
    const rows = await server.running.app
      .get(Database, { strict: false })
      .all<object>(
        'SELECT actor_id, entity_type, entity_id, details FROM audit_event WHERE event_type = ? AND entity_id = ?',
        ...['approval.decided', id],
      );
    expect(rows).toEqual([
      { actor_id, entity_type: 'approval', entity_id: id, details: expect.stringMatching(/"edited": ?true/) },
    ]);
    expect(JSON.stringify(rows)).not.toContain('words');
  });

  test('is kept to the letter, whatever the letters are', async () => {
    const id = await asked(await execute(await teamWith([{ when: 'before' }])));
    const naughty = Object.values(VALUES).filter((one) => typeof one === 'string' && one.isWellFormed());
    const text = naughty.filter((one) => !String(one).includes('\0') && String(one).length < 200).join('\n');
    const decided = await decide(ada, id, { ...APPROVE, edited: text, comment: text });
    expect(decided.body.votes).toMatchObject([{ edited: text, comment: text }]);
    expect((await ada.get(`/api/v1/approvals/${id}`)).body.votes).toEqual(decided.body.votes);
    expect(Object.values((await resultOf(decided.body.execution_id)).agent_results)).toMatchObject([{ result: text }]);
  });

  test('with an idempotency key is taken once and answered twice', async () => {
    const id = await asked(await execute(await teamWith([{ when: 'before' }])));
    const key = { 'idempotency-key': randomUUID() };
    const [first, again] = [await decide(ada, id, APPROVE, key), await decide(ada, id, APPROVE, key)];
    expect(again).toMatchObject({ status: 200, body: first.body });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect((await decide(ada, id, REJECT, key)).status).toBe(422);
  });

  test.each([
    ['that says nothing', {}, 'decision'],
    ['that is none', { decision: 'maybe' }, 'decision'],
    ['that edits to nothing', { ...APPROVE, edited: '' }, 'edited'],
    ['that edits what it rejects', { ...REJECT, edited: 'Rolls.' }, 'edited'],
    ['with a novel for a comment', { ...APPROVE, comment: 'x'.repeat(2_001) }, 'comment'],
  ])('%s is refused, and the field named', async (_what, body, field) => {
    const id = await asked(await execute(await teamWith([{ when: 'before' }])));
    const refused = await decide(ada, id, body);
    expect(refused).toMatchObject({ status: 422, body: { errors: { [field]: [expect.any(String)] } } });
    expect((await inbox(ada)).items).toMatchObject([{ id, votes: [] }]);
  });

  test.each([
    ['a word', 'x'],
    ['a step', 's1'],
    ['an execution', randomUUID()],
    ['too many dots', `${randomUUID()}.s1.s2`],
    ['what no database keeps', `${randomUUID()}.s1%00`],
    ['bread', '%F0%9F%8D%9E.s1'],
    ['a novel', 'a'.repeat(5_000)],
  ])('about %s is not found', async (_what, id) => {
    expect((await decide(ada, id, APPROVE)).status).toBe(404);
    expect((await ada.get(`/api/v1/approvals/${id}`)).status).toBe(404);
  });
});

describe('time', () => {
  test.each([
    ['reject', 'failed', { error_message: 'Nobody decided in time.' }],
    ['approve', 'completed', { final_result: { result: 'Bread?' } }],
  ])('means %s when that is what the team says', async (on_expiry, status, rest) => {
    const execution = await execute(await teamWith([{ when: 'after', expires_s: 0.3, on_expiry }]));
    expect(await resultOf(execution)).toMatchObject({ status, ...rest });
    expect((await inbox(ada, 'expired')).items).toMatchObject([
      { id: `${execution}.s1`, on_expiry, votes: [{ by: null, decision: on_expiry, edited: null, comment: null }] },
    ]);
    expect(await decide(ada, `${execution}.s1`, APPROVE)).toMatchObject({
      status: 409,
      body: { code: 'approval.settled', detail: 'There is nothing left to decide: the time to decide has run out.' },
    });
  });
});

describe('an execution that waits for people', () => {
  test('does not count against the limit of its owner, and others still do', async () => {
    const patient = await teamWith([{ when: 'before' }]);
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) {
      ids.push(await execute(patient));
      await until('it is let go', () => server.part(Engine).load.runs === 0);
    }
    const busy = await teamWith([null]);
    for (let n = 0; n < 3; n++) await execute(busy, '[[sleep:60000]]');
    const refused = await ada.post(`/api/v1/teams/${busy}/execute`, { initial_prompt: 'x' });
    expect(refused).toMatchObject({ status: 429, body: { code: 'execution.limit-reached' } });
    expect(refused.headers.get('retry-after')).not.toBeNull();
    // Those that go on again are over the limit, and nobody is stopped for it.
    await decide(ada, `${ids[0]}.s1`, APPROVE);
    expect(await resultOf(ids[0] ?? '')).toMatchObject({ status: 'completed' });
    const { body: team } = await ada.get(`/api/v1/teams/${busy}`);
    await ada.delete(`/api/v1/teams/${team.team_id}`);
  });

  test('is stopped like any other, and asks nobody any more', async () => {
    const execution = await execute(await teamWith([{ when: 'before' }]));
    const id = await asked(execution);
    expect((await ada.post(`/api/v1/executions/${execution}/stop`)).status).toBe(200);
    expect(await resultOf(execution)).toMatchObject({ status: 'cancelled' });
    expect((await statusOf(execution)).waiting).toEqual([]);
    expect((await inbox(ada)).items).toEqual([]);
    expect((await inbox(ada, 'cancelled')).items).toMatchObject([{ id, may_decide: false, votes: [] }]);
    expect(await decide(ada, id, APPROVE)).toMatchObject({
      status: 409,
      body: { detail: 'There is nothing left to decide: the execution no longer needs it.' },
    });
  });

  test('takes its questions with it when it is deleted', async () => {
    const execution = await execute(await teamWith([{ when: 'before' }]));
    const id = await asked(execution);
    expect((await ada.delete(`/api/v1/executions/${execution}`)).status).toBe(200);
    expect((await ada.get(`/api/v1/approvals/${id}`)).status).toBe(404);
    for (const status of ['pending', 'cancelled']) expect((await inbox(ada, status)).total).toBe(0);
  });

  test('of a team that is deleted is stopped, and its question settled', async () => {
    const team = await teamWith([{ when: 'before' }]);
    const id = await asked(await execute(team));
    expect((await ada.delete(`/api/v1/teams/${team}`)).status).toBe(200);
    await until('the question is settled', async () => (await inbox(ada, 'cancelled')).total === 1);
    expect((await ada.get(`/api/v1/approvals/${id}`)).body).toMatchObject({ status: 'cancelled', team_name: 'Team' });
  });
});

test('asks again in every round of a loop', async () => {
  const ids = [await simAgent(ada, '', 'Developer'), await simAgent(ada, '[[say:{"verdict": "fail"}]]', 'Tester')];
  const [developer, tester] = ids;
  const agents = [
    { agent_id: developer, input: { source: 'initial_prompt' }, approval: { when: 'after' } },
    { agent_id: tester, input: { source: 'agent_result', agent_id: developer } },
  ];
  const when = [{ field: 'data.verdict', operator: 'equals', value: 'fail' }];
  const config = { feedback: { from: tester, to: developer, max_iterations: 1, when } };
  const { body } = await ada.post('/api/v1/teams', {
    name: 'Loop',
    agent_ids: ids,
    workflow_definition: { type: 'pipeline', agents, config },
  });
  const execution = await execute(body.team_id, 'Code.');
  await decide(ada, await asked(execution, 's1'), APPROVE);
  const second = await asked(execution, 's1~2');
  expect((await ada.get(`/api/v1/approvals/${second}`)).body.subject).toContain('"verdict": "fail"');
  await decide(ada, second, { ...APPROVE, edited: 'Better code.' });
  expect(await resultOf(execution)).toMatchObject({ status: 'completed' });
  expect((await inbox(ada, 'approved')).items.map(({ step_id }: { step_id: string }) => step_id)).toEqual([
    's1~2',
    's1',
  ]);
});

test('an agent that is asked by another one waits for people while its asker waits for it', async () => {
  const question = { agent: 'Expert', question: 'How many drink tea?' };
  const asks = `[[call:agent_ask ${JSON.stringify(question)}]]`;
  const configuration = (system_prompt: string) => ({ model: 'sim/test', system_prompt });
  const made = async (name: string, prompt: string) =>
    (await ada.post('/api/v1/agents', { name, configuration: configuration(prompt) })).body.agent_id;
  const [asker, expert] = [await made('Asker', asks), await made('Expert', '[[say:Most.]]')];
  const input = { source: 'initial_prompt' };
  const agents = [
    { agent_id: asker, execution_order: 1, input },
    { agent_id: expert, execution_order: 2, input, approval: { when: 'after' } },
  ];
  const { body } = await ada.post('/api/v1/teams', {
    name: 'Team',
    agent_ids: [asker, expert],
    workflow_definition: { type: 'sequential', agents },
  });
  const execution = await execute(body.team_id, 'Tea?');
  const id = await asked(execution, 'c1');
  expect((await statusOf(execution)).waiting).toMatchObject([{ kind: 'answer' }, { kind: 'approval', id }]);
  await until('it is let go', () => server.part(Engine).load.runs === 0);
  expect((await ada.get(`/api/v1/approvals/${id}`)).body).toMatchObject({ agent_name: 'Expert', subject: 'Most.' });
  await decide(ada, id, { ...APPROVE, edited: 'Nine in ten.' });
  await until('the asker has its answer', async () => (await statusOf(execution)).completed_agents.includes(asker));
  const messages = JSON.stringify((await ada.get(`/api/v1/executions/${execution}/messages`)).body);
  expect(messages).toContain('Nine in ten.');
  expect(messages).not.toContain('Most.');
  await decide(ada, await asked(execution, 's2'), APPROVE);
  expect(await resultOf(execution)).toMatchObject({ status: 'completed' });
});

test('the list goes page by page, newest first, and refuses what it does not know', async () => {
  const team = await teamWith([{ when: 'before' }]);
  const ids: string[] = [];
  for (let n = 0; n < 3; n++) ids.unshift(await asked(await execute(team)));
  const page = async (query: string) => (await ada.get(`/api/v1/approvals?${query}`)).body;
  const listed = (body: { items: readonly { id: string }[] }) => body.items.map(({ id }) => id);
  const first = await page('limit=2');
  expect(first).toMatchObject({ total: 3, page: 1, limit: 2, pages: 2 });
  expect([...listed(first), ...listed(await page('limit=2&page=2'))]).toEqual(ids);
  expect(listed(await page('limit=2&page=9'))).toEqual([]);
  expect((await ada.get('/api/v1/approvals?status=open')).status).toBe(422);
});
