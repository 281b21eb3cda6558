// Real: the whole server over HTTP. A stand-in: the servers of OpenAI, which count what they are asked.
import { FakeModelServer, type RecordedRequest } from '../fakes/fake-model-server.js';
import { openAi, userTextOf } from '../fakes/fake-openai.js';
import {
  type Answer,
  durability,
  type HttpClient,
  signUp,
  simAgent,
  startServer,
  type TestServer,
  teamOf,
  until,
} from '../harness/index.js';
import { VALUES } from '../hostile/values.js';

let openai: FakeModelServer;
let server: TestServer;
let ada: HttpClient;

beforeAll(async () => {
  openai = await FakeModelServer.start((request) => scriptOf(request));
  server = await startServer({
    OPENAI_API_KEY: 'sk-server',
    OPENAI_BASE_URL: `${openai.origin}/v1`,
    RENUM_RATE_LIMIT_PER_MINUTE: '0',
  });
});
afterAll(() => openai.stop());

beforeEach(async () => {
  ada = await signUp(server.http);
  openai.requests.length = 0;
  said = {};
});

/** By the system prompt of an agent, what it answers, one after the other, the last for ever. `!`: its provider refuses. */
let said: Record<string, readonly string[]> = {};

function scriptOf(request: RecordedRequest) {
  const system = systemOf(request);
  const beginning = Object.keys(said).find((one) => system.startsWith(one)) ?? '';
  const answers = said[beginning] ?? ['?'];
  const answer = answers[Math.min(asked(beginning).length, answers.length) - 1] ?? '?';
  return answer === '!' ? openAi.refuses(400, 'no') : openAi.says(answer);
}

function systemOf({ body }: RecordedRequest): string {
  const messages = body.messages as readonly { readonly role: string; readonly content: string }[];
  return messages.find(({ role }) => role === 'system')?.content ?? '';
}

/** What the agents whose prompts begin so were given, request by request. */
const asked = (beginning: string): readonly string[] =>
  openai.requests.filter((one) => systemOf(one).startsWith(beginning)).map(userTextOf);

const agentThat = async (system_prompt: string, model = 'openai/gpt-4o'): Promise<string> => {
  const { body } = await ada.post('/api/v1/agents', { name: system_prompt, configuration: { model, system_prompt } });
  return body.agent_id;
};

async function teamThat(type: 'sequential' | 'parallel' | 'pipeline', ...prompts: readonly string[]) {
  const agents: string[] = [];
  for (const prompt of prompts) agents.push(await agentThat(prompt));
  return { team: await teamOf(ada, type, agents), agents };
}

const WAIT = { headers: { prefer: 'wait=20' } };

const execute = (team: string, prompt = 'Begin.'): Promise<Answer> =>
  ada.post(`/api/v1/teams/${team}/execute`, { initial_prompt: prompt }, WAIT);

type Way = 'retry' | 'rerun' | 'fork' | 'replay';

const repair = (run: Answer, way: Way, body?: object, options: object = WAIT): Promise<Answer> =>
  ada.post(`/api/v1/executions/${run.body.execution_id}/${way}`, body, options);

interface Told {
  readonly type: string;
  readonly seq: number;
  readonly step_id?: string;
  readonly adopted_from?: { readonly execution_id: string; readonly step_id: string };
  readonly error?: { readonly code: string };
}

async function eventsOf({ body }: Answer): Promise<readonly Told[]> {
  const { body: text } = await ada.get(`/api/v1/executions/${body.execution_id}/events`);
  return [...String(text).matchAll(/^data: (.+)$/gm)].map(([, data = '']) => JSON.parse(data));
}

/** Steps in the order of their events: `s2~2 started`, and `s1 adopted`. */
async function stepsOf(answer: Answer): Promise<readonly string[]> {
  const events = await eventsOf(answer);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  return events.flatMap(({ type, step_id, adopted_from }) => {
    if (!step_id) return [];
    return [`${step_id} ${adopted_from ? 'adopted' : type.replace('step.', '')}`];
  });
}

const figuresOf = ({ body }: Answer) => ({ usage: body.usage_metrics, cost: body.cost_metrics });

describe('retry', () => {
  test('goes on at the step that failed: what succeeded is neither run nor paid again', async () => {
    said = { First: ['one'], Second: ['!', 'two'], Third: ['three'] };
    const { team, agents } = await teamThat('pipeline', 'First', 'Second', 'Third');
    const failed = await execute(team);
    expect(failed.body).toMatchObject({ status: 'failed', parent_execution_id: null });

    const done = await repair(failed, 'retry');
    expect(done.status).toBe(201);
    expect(done.headers.get('location')).toBe(`/api/v1/executions/${done.body.execution_id}`);
    expect(done.headers.get('renum-durability')).toBe(durability);
    expect(done.headers.get('preference-applied')).toBe('wait=20');
    expect(done.body).toMatchObject({
      status: 'completed',
      team_id: team,
      initial_prompt: 'Begin.',
      parent_execution_id: failed.body.execution_id,
      final_result: { result: 'three' },
      agent_results: { [agents[0] ?? '']: failed.body.agent_results[agents[0] ?? ''] },
    });
    expect(Object.keys(done.body.usage_metrics)).toEqual([agents[1], agents[2]]);
    expect([asked('First'), asked('Second'), asked('Third')]).toEqual([['Begin.'], ['one', 'one'], ['two']]);
    expect(await stepsOf(done)).toEqual([
      ...['s1 adopted', 's2 started', 's2 succeeded', 's3 started', 's3 succeeded'],
    ]);
    const again = await ada.get(`/api/v1/executions/${failed.body.execution_id}/result`);
    expect(again.body).toEqual(failed.body);
  });

  test('needs no body, and answers at once with the pending run', async () => {
    said = { First: ['one'], Second: ['!', 'two'] };
    const { team } = await teamThat('sequential', 'First', 'Second');
    const failed = await execute(team);
    const response = await fetch(new URL(`/api/v1/executions/${failed.body.execution_id}/retry`, server.url), {
      method: 'POST',
      headers: { authorization: `Bearer ${ada.bearer}` },
    });
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({
      status: 'pending',
      started_at: null,
      parent_execution_id: failed.body.execution_id,
    });
  });

  test('runs only those of a parallel team that failed', async () => {
    said = { First: ['one'], Second: ['!', 'two'], Third: ['three'] };
    const { team, agents } = await teamThat('parallel', 'First', 'Second', 'Third');
    const failed = await execute(team);
    expect(failed.body).toMatchObject({ status: 'failed', final_result: { failed_agents: [agents[1]] } });
    const done = await repair(failed, 'retry');
    expect(done.body).toMatchObject({ status: 'completed', final_result: { failed_agents: [] } });
    expect([asked('First').length, asked('Second').length, asked('Third').length]).toEqual([1, 2, 1]);
  });

  test('goes on with a run that was stopped, whose team and agents are gone', async () => {
    const agents = [await agentThat('First'), await simAgent(ada, '[[sleep:60000]]'), await agentThat('Third')];
    said = { First: ['one'], Third: ['three'] };
    const team = await teamOf(ada, 'sequential', agents);
    const { body } = await ada.post(`/api/v1/teams/${team}/execute`, { initial_prompt: 'Begin.' });
    const at = `/api/v1/executions/${body.execution_id}`;
    expect((await ada.post(`${at}/retry`)).body).toMatchObject({ status: 409, code: 'execution.not-over' });
    await ada.post(`${at}/stop`);
    const stopped = await ada.get(`${at}/result`, WAIT);
    expect(stopped.body.status).toBe('cancelled');
    expect((await repair(stopped, 'replay')).body.code).toBe('execution.cancelled-not-replayed');

    await ada.delete(`/api/v1/teams/${team}`);
    for (const agent of agents) await ada.delete(`/api/v1/agents/${agent}`);
    const wish = { agents: { [agents[1] ?? '']: { system_prompt: '[[say:awake]]' } } };
    const done = await repair(stopped, 'fork', wish);
    expect(done.body).toMatchObject({ status: 'completed', agent_results: { [agents[1] ?? '']: { result: 'awake' } } });
  });

  test('keeps the rounds of a loop, and does not go round again when the loop is used up', async () => {
    const fail = '{"verdict": "fail"}';
    said = { 'You design': ['Design.'], 'You write the code': ['Code.'], 'You test': [fail, fail, fail, '!', fail] };
    const { body } = await ada.post('/api/v1/templates/software-team/instantiate', {
      models: { '*': 'openai/gpt-4o' },
    });
    const failed = await execute(body.team_id);
    expect(failed.body.status).toBe('failed');
    const done = await repair(failed, 'retry');
    expect(done.body).toMatchObject({ status: 'completed', final_result: { data: { verdict: 'fail' } } });
    expect(await stepsOf(done)).toEqual([
      ...['s1 adopted', 's2 adopted', 's3 adopted', 's2~2 adopted', 's3~2 adopted', 's2~3 adopted', 's3~3 adopted'],
      ...['s2~4 adopted', 's3~4 started', 's3~4 succeeded'],
    ]);
    expect([asked('You write the code').length, asked('You test').length]).toEqual([4, 5]);
    const logs = (await ada.get(`/api/v1/executions/${done.body.execution_id}/logs?log_types=warning`)).body;
    expect(logs).toMatchObject([{ message: expect.stringMatching(/^Not sent back again/) }]);
  });

  test('is of no use where everything ended well', async () => {
    said = { First: ['one'] };
    const { team } = await teamThat('sequential', 'First');
    const { status, body } = await repair(await execute(team), 'retry');
    expect(status).toBe(409);
    expect(body).toMatchObject({ code: 'execution.nothing-to-retry', detail: expect.stringMatching(/rerun/) });
  });

  test('takes keys for the new run, for those of the first are gone with it', async () => {
    said = { First: ['!', 'one'] };
    const { team } = await teamThat('sequential', 'First');
    const own = (key: string) => ({ user_api_keys: { openai: key } });
    const failed = await ada.post(`/api/v1/teams/${team}/execute`, { initial_prompt: 'x', ...own('sk-first') }, WAIT);
    const done = await repair(failed, 'retry', own('sk-second'));
    expect(Object.values(done.body.usage_metrics)).toMatchObject([{ api_key_type: 'user_provided' }]);
    const server = await repair(failed, 'retry');
    expect(Object.values(server.body.usage_metrics)).toMatchObject([{ api_key_type: 'renum_native' }]);
    const keys = openai.requests.map(({ headers }) => headers.authorization);
    expect(keys).toEqual(['Bearer sk-first', 'Bearer sk-second', 'Bearer sk-server']);
  });
});

describe('rerun', () => {
  test('runs a step of a row again and those behind it', async () => {
    said = { First: ['one'], Second: ['two', 'zwei'], Third: ['three', 'drei'] };
    const { team, agents } = await teamThat('pipeline', 'First', 'Second', 'Third');
    const before = await execute(team);
    const after = await repair(before, 'rerun', { from_step: 's2' });
    expect(after.status).toBe(201);
    expect(after.body).toMatchObject({ status: 'completed', final_result: { result: 'drei' } });
    expect(after.body.agent_results[agents[0] ?? '']).toEqual(before.body.agent_results[agents[0] ?? '']);
    expect(asked('Third')).toEqual(['two', 'zwei']);
    expect(await stepsOf(after)).toContain('s1 adopted');
  });

  test('runs one of a parallel team again and no other', async () => {
    said = { First: ['one'], Second: ['two', 'zwei'], Third: ['three'] };
    const { team, agents } = await teamThat('parallel', 'First', 'Second', 'Third');
    const after = await repair(await execute(team), 'rerun', { from_step: 's2' });
    expect(after.body.agent_results[agents[1] ?? '']).toMatchObject({ result: 'zwei' });
    expect([asked('First').length, asked('Second').length, asked('Third').length]).toEqual([1, 2, 1]);
    expect(Object.keys(after.body.usage_metrics)).toEqual([agents[1]]);
  });

  test('from a round of a loop keeps the rounds before it', async () => {
    const [fail, pass] = ['{"verdict": "fail"}', '{"verdict": "pass"}'];
    said = {
      'You design': ['Design.'],
      'You write the code': ['1', '2', '3', '4'],
      'You test': [fail, pass, fail, pass],
    };
    const { body } = await ada.post('/api/v1/templates/software-team/instantiate', {
      models: { '*': 'openai/gpt-4o' },
    });
    const before = await execute(body.team_id);
    const after = await repair(before, 'rerun', { from_step: 's2~2' });
    expect(await stepsOf(after)).toEqual([
      ...['s1 adopted', 's2 adopted', 's3 adopted', 's2~2 started', 's2~2 succeeded', 's3~2 started', 's3~2 succeeded'],
      ...['s2~3 started', 's2~3 succeeded', 's3~3 started', 's3~3 succeeded'],
    ]);
    expect(after.body.final_result.data).toEqual({ verdict: 'pass' });
    expect(asked('You write the code')).toEqual([
      'Design.',
      ...[fail, fail, fail].map((verdict) => `Design.\n\n${verdict}`),
    ]);
  });

  test('of a conditional team leaves alone what does not come of the step, and decides again what does', async () => {
    said = {
      'You sort': ['{"category": "billing", "priority": 5}', '{"category": "technical", "priority": 1}'],
      'You answer customers': ['Refunded.', 'Refunded again.'],
      'You help': ['Sign in.'],
      'You read the answer': ['Call.', 'Write.'],
    };
    const { body } = await ada.post('/api/v1/templates/customer-service/instantiate', {
      models: { '*': 'openai/gpt-4o' },
    });
    const [triage, billing, technical, followup] = body.agent_ids;
    const before = await execute(body.team_id);
    const second = await repair(before, 'rerun', { from_step: 's2' });
    expect(second.body.final_result.executed_agents).toEqual([triage, billing, followup]);
    expect(second.body.agent_results[billing].result).toBe('Refunded again.');
    expect(asked('You read the answer')).toEqual(['Refunded.', 'Refunded again.']);
    expect((await stepsOf(second)).slice(0, 2)).toEqual(['s1 adopted', 's3 skipped']);

    const first = await repair(before, 'rerun', { from_step: 's1' });
    expect(first.body.final_result.executed_agents).toEqual([triage, technical]);
    expect(await stepsOf(first)).not.toContainEqual(expect.stringMatching(/adopted/));
  });

  test.each([
    { what: 'no step', body: {}, why: /string/ },
    { what: 'a step that there is not', body: { from_step: 's2~2' }, why: /s1, s2/ },
    { what: 'a step that is none of the plan', body: { from_step: 'c1' }, why: /s1, s2/ },
    { what: 'something else', body: { from_step: 2 }, why: /string/ },
  ])('names the field for $what', async ({ body, why }) => {
    said = { First: ['one'], Second: ['two'] };
    const { team } = await teamThat('sequential', 'First', 'Second');
    const refused = await repair(await execute(team), 'rerun', body);
    expect(refused.status).toBe(422);
    expect(refused.body.errors.from_step[0]).toMatch(why);
  });
});

describe('fork', () => {
  test('runs from the changed agent on, with another prompt, and leaves the agent as it is', async () => {
    said = { First: ['one'], Second: ['two'], Other: ['otherwise'], Third: ['three', 'drei'] };
    const { team, agents } = await teamThat('pipeline', 'First', 'Second', 'Third');
    const before = await execute(team);
    const after = await repair(before, 'fork', { agents: { [agents[1] ?? '']: { system_prompt: 'Other' } } });
    expect(after.status).toBe(201);
    expect(after.body).toMatchObject({ status: 'completed', final_result: { result: 'drei' } });
    expect([asked('First').length, asked('Second').length]).toEqual([1, 1]);
    expect(asked('Other')).toEqual(['one']);
    expect(asked('Third')).toEqual(['two', 'otherwise']);
    const { body: agent } = await ada.get(`/api/v1/agents/${agents[1]}`);
    expect(agent.configuration.system_prompt).toBe('Second');
  });

  test('finds runner and price of another model as a new run would; what was run before counts no more', async () => {
    said = { First: ['one'], Second: ['two'] };
    const { team, agents } = await teamThat('sequential', 'First', 'Second');
    const before = await execute(team);
    const cheap = await repair(before, 'fork', { agents: { [agents[1] ?? '']: { model: 'sim/free' } } });
    expect(cheap.body.usage_metrics).toMatchObject({
      [agents[1] ?? '']: { model_provider: 'sim', model_name: 'free' },
    });
    expect(cheap.body.cost_metrics).toMatchObject({ cost_usd: 0, incomplete: false });
    const dear = await repair(before, 'fork', { agents: { [agents[1] ?? '']: { model: 'openai/gpt-4' } } });
    // 12 tokens in and 7 out, at 0.03 and 0.06 for a thousand.
    expect(dear.body.cost_metrics).toMatchObject({ cost_usd: 0.00078, incomplete: false });
    expect(openai.requests.at(-1)?.body.model).toBe('gpt-4');
  });

  test('runs from the named step, whoever is changed', async () => {
    said = { First: ['one'], Second: ['two', 'zwei'], Third: ['three'], Other: ['otherwise'] };
    const { team, agents } = await teamThat('pipeline', 'First', 'Second', 'Third');
    const wish = { from_step: 's2', agents: { [agents[2] ?? '']: { system_prompt: 'Other' } } };
    const after = await repair(await execute(team), 'fork', wish);
    expect(after.body.final_result.result).toBe('otherwise');
    expect(asked('Second')).toHaveLength(2);
    expect(asked('Other')).toEqual(['zwei']);
  });

  test.each([
    { what: 'no agents', agents: undefined, field: 'agents', why: /object/ },
    { what: 'nobody', agents: {}, field: 'agents', why: /another model or system_prompt/ },
    { what: 'a stranger', agents: { nobody: { model: 'sim/x' } }, field: 'agents.nobody', why: /no agent/ },
    { what: 'a word', agents: { nobody: 'gpt-4o' }, field: 'agents.nobody', why: /object/ },
    { what: 'a model that is none', agents: { nobody: { model: '' } }, field: 'agents.nobody.model', why: /1 to 200/ },
    { what: 'a list', agents: { x: { system_prompt: [] } }, field: 'agents.x.system_prompt', why: /100000/ },
  ])('names the field for $what', async ({ agents, field, why }) => {
    said = { First: ['one'] };
    const { team } = await teamThat('sequential', 'First');
    const refused = await repair(await execute(team), 'fork', { agents });
    expect(refused.status).toBe(422);
    expect(refused.body.errors[field][0]).toMatch(why);
  });

  test('has nothing to change of an agent at an address of its own', async () => {
    const runner = { kind: 'http', url: 'https://agent.invalid/run' };
    const { body } = await ada.post('/api/v1/agents', { name: 'Far', configuration: { runner } });
    const failed = await execute(await teamOf(ada, 'sequential', [body.agent_id]));
    const refused = await repair(failed, 'fork', { agents: { [body.agent_id]: { model: 'sim/x' } } });
    expect(refused.status).toBe(422);
    expect(refused.body.errors[`agents.${body.agent_id}`]).toEqual([expect.stringMatching(/address of its own/)]);
  });

  test('takes whatever it is sent of an agent or refuses it by name, and never fails', async () => {
    const agent = await simAgent(ada);
    const over = await execute(await teamOf(ada, 'sequential', [agent]));
    const wrong: string[] = [];
    const attack = async (what: string, agents: unknown) => {
      const { status, body } = await repair(over, 'fork', { agents }, {});
      const isNamed = Object.keys(body.errors ?? {}).some((field) => field.startsWith('agents'));
      if (status !== 201 && !(status === 422 && isNamed) && status !== 413 && status !== 429)
        wrong.push(`${what}: ${status} ${JSON.stringify(body).slice(0, 200)}`);
    };
    for (const [what, value] of Object.entries(VALUES)) {
      await attack(what, { [agent]: value });
      await attack(`model ${what}`, { [agent]: { model: value, system_prompt: 'x' } });
      await attack(`prompt ${what}`, { [agent]: { system_prompt: value, model: 'sim/x' } });
      if (typeof value === 'string') await attack(`agent ${what}`, { [value]: { model: 'sim/x' } });
    }
    await attack('constructor', { constructor: { model: 'sim/x' }, toString: { system_prompt: 'x' } });
    expect(wrong).toEqual([]);
  }, 60_000);

  test('wants something to be different', async () => {
    said = { First: ['one'] };
    const { team, agents } = await teamThat('sequential', 'First');
    const same = { [agents[0] ?? '']: { model: 'openai/gpt-4o', system_prompt: 'First' } };
    const { status, body } = await repair(await execute(team), 'fork', { agents: same });
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'execution.nothing-to-change' });
  });
});

describe('replay', () => {
  const SAME = ['status', 'initial_prompt', 'final_result', 'error_message', 'agent_results'] as const;
  const seen = ({ body }: Answer) => Object.fromEntries(SAME.map((field) => [field, body[field]]));

  test.each(['sequential', 'parallel', 'pipeline'] as const)('ends as a %s team did, failures too', async (type) => {
    said = { First: ['one'], Second: ['!'], Third: ['three'] };
    const { team } = await teamThat(type, 'First', 'Second', 'Third');
    const failed = await execute(team);
    const calls = openai.requests.length;
    const told = await repair(failed, 'replay', undefined, {});
    expect(told.status).toBe(201);
    expect(told.body).toMatchObject({ status: 'failed', parent_execution_id: failed.body.execution_id });
    const result = await ada.get(`/api/v1/executions/${told.body.execution_id}/result`);
    expect(seen(result)).toEqual(seen(failed));
    expect(result.body).toMatchObject({ usage_metrics: {}, cost_metrics: { cost_usd: 0, incomplete: false } });
    expect(openai.requests).toHaveLength(calls);
    const [status, before] = await Promise.all(
      [told, failed].map((one) => ada.get(`/api/v1/executions/${one.body.execution_id}`)),
    );
    expect(status?.body.agent_statuses).toEqual(before?.body.agent_statuses);
    const failure = (await eventsOf(told)).find(({ type }) => type === 'step.failed');
    expect(failure).toMatchObject({
      step_id: 's2',
      error: { code: 'invalid' },
      adopted_from: { execution_id: failed.body.execution_id, step_id: 's2' },
    });
  });

  test('ends as a conditional team and a loop did', async () => {
    const [fail, pass] = ['{"verdict": "fail"}', '{"verdict": "pass"}'];
    said = {
      'You sort': ['{"category": "technical", "priority": 5}'],
      'You help': ['Sign in.'],
      'You read the answer': ['Call.'],
      'You design': ['Design.'],
      'You write the code': ['1', '2'],
      'You test': [fail, pass],
    };
    for (const template of ['customer-service', 'software-team']) {
      const { body } = await ada.post(`/api/v1/templates/${template}/instantiate`, {
        models: { '*': 'openai/gpt-4o' },
      });
      const done = await execute(body.team_id);
      const told = await repair(done, 'replay');
      expect(seen(told)).toEqual(seen(done));
      expect(told.body.usage_metrics).toEqual({});
    }
  });
});

describe('people who must agree', () => {
  const decide = async (run: string, step: string, body: object) => {
    const id = `${run}.${step}`;
    await until(`${step} waits for people`, async () => (await ada.get(`/api/v1/approvals/${id}`)).status === 200);
    expect((await ada.post(`/api/v1/approvals/${id}/decide`, body)).status).toBe(200);
  };
  const resultOf = (run: string) => ada.get(`/api/v1/executions/${run}/result`, WAIT);

  test('are not asked again about what they agreed to, and are about what they refused', async () => {
    said = { First: ['one'], Second: ['two'] };
    const agents = [await agentThat('First'), await agentThat('Second')];
    const { body: team } = await ada.post('/api/v1/teams', {
      name: 'Team',
      agent_ids: agents,
      workflow_definition: {
        type: 'pipeline',
        agents: agents.map((agent_id, n) => ({
          agent_id,
          input: n === 0 ? { source: 'initial_prompt' } : { source: 'agent_result', agent_id: agents[0] },
          approval: { when: n === 0 ? 'after' : 'before' },
        })),
      },
    });
    const { body: first } = await ada.post(`/api/v1/teams/${team.team_id}/execute`, { initial_prompt: 'x' });
    await decide(first.execution_id, 's1', { decision: 'approve', edited: 'edited' });
    await decide(first.execution_id, 's2', { decision: 'reject' });
    const refused = await resultOf(first.execution_id);
    expect(refused.body.status).toBe('failed');

    const { body: second } = await repair(refused, 'retry', undefined, {});
    await decide(second.execution_id, 's2', { decision: 'approve' });
    const done = await resultOf(second.execution_id);
    expect(done.body).toMatchObject({ status: 'completed', final_result: { result: 'two' } });
    expect([asked('First'), asked('Second')]).toEqual([['x'], ['edited']]);
  });
});

describe('what agents shared', () => {
  test('is there in the child, with its history', async () => {
    const { team } = await teamThat('pipeline', 'First', 'Second');
    const set = openAi.calls([{ name: 'context_set', input: { name: 'budget', value: 100 } }]);
    openai.next(set, openAi.says('one'), openAi.refuses(400, 'no'));
    const failed = await execute(team);
    expect(failed.body.status).toBe('failed');
    openai.next(openAi.calls([{ name: 'context_get', input: { name: 'budget' } }]), openAi.says('two'));
    const done = await repair(failed, 'retry');
    expect(done.body.status).toBe('completed');
    const messages = JSON.stringify(openai.requests.at(-1)?.body.messages);
    expect(messages).toContain('100');
    const context = (run: Answer) => ada.get(`/api/v1/executions/${run.body.execution_id}/context`);
    const told = await repair(done, 'replay');
    const [before, after] = [await context(done), await context(told)];
    expect(after.body.version).toBe(before.body.version);
    expect(after.body.variables.budget).toEqual(before.body.variables.budget);
  });
});

describe('every repair', () => {
  test('can be repaired itself, and outlives what it was made from', async () => {
    said = { First: ['one'], Second: ['!', '!', 'two'] };
    const { team, agents } = await teamThat('sequential', 'First', 'Second');
    const first = await execute(team);
    const second = await repair(first, 'retry');
    expect(second.body.status).toBe('failed');
    const third = await repair(second, 'retry');
    expect(third.body).toMatchObject({ status: 'completed', parent_execution_id: second.body.execution_id });
    const adopted = (await eventsOf(third)).find(({ step_id }) => step_id === 's1');
    expect(adopted?.adopted_from).toEqual({ execution_id: first.body.execution_id, step_id: 's1' });

    const figures = figuresOf(third);
    for (const { body } of [first, second]) await ada.delete(`/api/v1/executions/${body.execution_id}`);
    const left = await ada.get(`/api/v1/executions/${third.body.execution_id}/result`);
    expect(left.body).toMatchObject({ status: 'completed', agent_results: { [agents[0] ?? '']: { result: 'one' } } });
    expect(figuresOf(left)).toEqual(figures);
    expect((await repair(left, 'replay')).body.final_result).toEqual(left.body.final_result);
  });

  test('keeps answers that are too long for a line of the journal', async () => {
    const long = 'word '.repeat(5_000).trim();
    said = { First: [long], Second: ['!', 'two'] };
    const { team, agents } = await teamThat('pipeline', 'First', 'Second');
    const failed = await execute(team);
    const done = await repair(failed, 'retry');
    await ada.delete(`/api/v1/executions/${failed.body.execution_id}`);
    const left = await ada.get(`/api/v1/executions/${done.body.execution_id}/result`);
    expect(left.body.agent_results[agents[0] ?? ''].result).toBe(long);
    expect(asked('Second')).toEqual([long, long]);
  });

  test('says in every view where it comes from', async () => {
    said = { First: ['!'] };
    const { team } = await teamThat('sequential', 'First');
    const failed = await execute(team);
    const parent = failed.body.execution_id;
    const id = (await repair(failed, 'retry')).body.execution_id;
    const { body: list } = await ada.get('/api/v1/executions');
    expect(list).toMatchObject([{ execution_id: id, parent_execution_id: parent }, { parent_execution_id: null }]);
    const { body: panel } = await ada.get('/api/v1/executions?status=failed');
    expect(panel.executions).toMatchObject([{ id, parent_execution_id: parent }, { parent_execution_id: null }]);
    for (const path of ['', '/status', '/result']) {
      expect((await ada.get(`/api/v1/executions/${id}${path}`)).body.parent_execution_id).toBe(parent);
    }
    const { body: logs } = await ada.get(`/api/v1/executions/${id}/logs`);
    expect(logs[0].message).toMatch(/started/);
  });

  test.each<{ way: Way; body?: object }>([
    { way: 'retry' },
    { way: 'rerun', body: { from_step: 's1' } },
    { way: 'fork', body: { agents: { x: { model: 'sim/x' } } } },
    { way: 'replay' },
  ])('$way is the owner’s alone, waits for the end, and is done once for a key', async ({ way, body }) => {
    const agent = await simAgent(ada, '[[sleep:60000]]');
    const team = await teamOf(ada, 'sequential', [agent]);
    const open = await ada.post(`/api/v1/teams/${team}/execute`, { initial_prompt: 'x' });
    expect((await repair(open, way, body)).body).toMatchObject({ status: 409, code: 'execution.not-over' });
    await ada.post(`/api/v1/executions/${open.body.execution_id}/stop`);

    const over = await execute(await teamOf(ada, 'sequential', [await simAgent(ada, '[[error:invalid]]')]));
    const own = Object.keys((await ada.get(`/api/v1/executions/${over.body.execution_id}`)).body.agent_statuses)[0];
    const wish = way === 'fork' ? { agents: { [own ?? '']: { model: 'sim/other' } } } : body;
    const eve = await signUp(server.http);
    const path = `/api/v1/executions/${over.body.execution_id}/${way}`;
    expect((await eve.post(path, wish)).body).toMatchObject({ status: 404, code: 'execution.not-found' });

    const keyed = { headers: { 'idempotency-key': 'once', prefer: 'wait=20' } };
    const [first, again] = [await ada.post(path, wish, keyed), await ada.post(path, wish, keyed)];
    expect(first.status).toBe(201);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  });

  test('counts among the open runs', async () => {
    said = { First: ['!'] };
    const { team } = await teamThat('sequential', 'First');
    const failed = await execute(team);
    const sleeping = await teamOf(ada, 'sequential', [await simAgent(ada, '[[sleep:60000]]')]);
    const open: string[] = [];
    for (let n = 0; n < 5; n++) {
      const { body } = await ada.post(`/api/v1/teams/${sleeping}/execute`, { initial_prompt: 'x' });
      open.push(body.execution_id);
    }
    const refused = await repair(failed, 'retry');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    for (const id of open) await ada.post(`/api/v1/executions/${id}/stop`);
  });
});
