// Real: the whole server over HTTP, SQLite in memory, the simulated model. A stand-in: the servers of OpenAI. Each test
// is one rule of what a workflow means.
import { type FakeModelServer } from '../fakes/fake-model-server.js';
import { openAi, startFakeOpenAi } from '../fakes/fake-openai.js';
import {
  type Answer,
  type HttpClient,
  signUp,
  simAgent,
  startServer,
  type TestServer,
  until,
} from '../harness/index.js';

let openai: FakeModelServer;
let server: TestServer;
let ada: HttpClient;

beforeAll(async () => {
  openai = await startFakeOpenAi();
  server = await startServer({ OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: `${openai.origin}/v1` });
});
afterAll(() => openai.stop());

beforeEach(async () => {
  ada = await signUp(server.http);
});

type Type = 'sequential' | 'parallel' | 'pipeline' | 'conditional';

/** One agent: what it is told, and its part of the workflow; `$0` stands for the id of the first agent, and so on. */
interface Part {
  readonly does?: string;
  readonly model?: string;
  readonly [field: string]: unknown;
}

interface Team {
  readonly id: string;
  readonly agents: readonly [string, string, string, ...string[]];
}

const PROMPT = { source: 'initial_prompt' };

async function team(type: Type, parts: readonly Part[], config: object = {}): Promise<Team> {
  const agents: string[] = [];
  for (const { does = '', model } of parts) {
    const made = model && (await ada.post('/api/v1/agents', { name: 'Agent', configuration: { model } }));
    agents.push(made ? made.body.agent_id : await simAgent(ada, does));
  }
  const written = parts.map((part, index) => ({
    agent_id: `$${index}`,
    ...(type === 'sequential' && { execution_order: index + 1 }),
    input: PROMPT,
    ...part,
  }));
  const text = JSON.stringify({ type, agents: written, config }).replace(/\$(\d+)/g, (_, n) => agents[Number(n)] ?? '');
  const body = { name: 'Team', agent_ids: agents, workflow_definition: JSON.parse(text) };
  const created = await ada.post('/api/v1/teams', body);
  expect([created.status, created.body.errors]).toEqual([201, undefined]);
  return { id: created.body.team_id, agents: [...agents, '', '', ''].slice(0, Math.max(3, agents.length)) as never };
}

const execute = (id: string, prompt = 'go', wait = 30): Promise<Answer> =>
  ada.post(`/api/v1/teams/${id}/execute`, { initial_prompt: prompt }, { headers: { prefer: `wait=${wait}` } });

const from = (agent: string) => ({ source: 'agent_result', agent_id: agent });
const when = (field: string, operator = 'exists', value: unknown = null) => ({ field, operator, value });

async function statusOf({ body }: Answer): Promise<Answer['body']> {
  return (await ada.get(`/api/v1/executions/${body.execution_id}`)).body;
}

async function statusesOf(run: Answer, { agents }: Team): Promise<readonly string[]> {
  const { agent_statuses } = await statusOf(run);
  return agents.flatMap((agent) => agent_statuses[agent] ?? []);
}

/** `s1 started`, in order; without attempts. */
async function storyOf({ body }: Answer): Promise<readonly string[]> {
  const { body: text } = await ada.get(`/api/v1/executions/${body.execution_id}/events`);
  const events = [...String(text).matchAll(/^data: (.+)$/gm)].map(([, data = '']) => JSON.parse(data));
  return events.flatMap(({ type, step_id }) => (step_id ? [`${step_id} ${type.replace('step.', '')}`] : []));
}

const warningsOf = async ({ body }: Answer): Promise<readonly string[]> =>
  (await ada.get(`/api/v1/executions/${body.execution_id}/logs?log_types=warning`)).body.map(
    ({ message }: { message: string }) => message,
  );

describe('lifecycle', () => {
  test('an execution goes from pending over running to its end', async () => {
    const { id } = await team('sequential', [{ does: '[[sleep:60000]]' }]);
    const accepted = await ada.post(`/api/v1/teams/${id}/execute`, { initial_prompt: 'go' });
    expect(accepted.body.status).toBe('pending');
    await until('it runs', async () => (await statusOf(accepted)).status === 'running');
    await ada.post(`/api/v1/executions/${accepted.body.execution_id}/stop`);
    await until('it is over', async () => (await statusOf(accepted)).status === 'cancelled');
  });

  test('a terminal state never changes', async () => {
    for (const [does, end] of [
      ['', 'completed'],
      ['[[error:invalid]]', 'failed'],
    ] as const) {
      const run = await execute((await team('sequential', [{ does }])).id);
      expect(run.body.status).toBe(end);
      expect((await ada.post(`/api/v1/executions/${run.body.execution_id}/stop`)).status).toBe(409);
      expect((await statusOf(run)).status).toBe(end);
    }
  });

  test('skipped is a state of agents alone', async () => {
    const two = await team('conditional', [{}, { conditions: [when('initial_prompt', 'equals', 'never')] }]);
    const run = await execute(two.id);
    expect([run.body.status, await statusesOf(run, two)]).toEqual(['completed', ['completed', 'skipped']]);
  });
});

describe('what runs when: sequential', () => {
  test('ascending execution_order, one at a time, whatever the order of the list', async () => {
    const three = await team('sequential', [{ execution_order: 30 }, { execution_order: 10 }, { execution_order: 20 }]);
    const run = await execute(three.id);
    const [last, first, second] = three.agents;
    expect(Object.keys(run.body.agent_results)).toEqual([first, second, last]);
    expect(await storyOf(run)).toEqual(['s1', 's2', 's3'].flatMap((step) => [`${step} started`, `${step} succeeded`]));
  });

  test('by default everyone gets the initial prompt, and the result is that of the last', async () => {
    const run = await execute((await team('sequential', [{ does: '[[say:one]]' }, {}])).id, 'hello');
    expect(run.body.final_result).toMatchObject({ result: 'hello' });
  });

  test('one failure stops it: failed, and the rest are skipped', async () => {
    const three = await team('sequential', [{}, { does: '[[error:invalid]]' }, {}]);
    const run = await execute(three.id);
    expect(run.body).toMatchObject({ status: 'failed', final_result: null });
    expect(await statusesOf(run, three)).toEqual(['completed', 'failed', 'skipped']);
  });
});

describe('what runs when: pipeline', () => {
  test('the first gets the prompt, each next the text of the one before, also as the form of the UI sends it', async () => {
    const run = await execute((await team('pipeline', [{}, { does: '[[say:two]]' }, {}])).id, 'hello');
    const [first, second, third] = Object.values<{ result: string }>(run.body.agent_results);
    expect([first?.result, second?.result, third?.result]).toEqual(['hello', 'two', 'two']);
    expect(run.body.final_result).toMatchObject({ result: 'two' });
  });

  test('one failure stops it as in a sequence', async () => {
    const two = await team('pipeline', [{ does: '[[error:invalid]]' }, {}]);
    expect(await statusesOf(await execute(two.id), two)).toEqual(['failed', 'skipped']);
  });
});

describe('what runs when: parallel', () => {
  const slow = { does: '[[sleep:150]][[say:slow]]' };
  const broken = { does: '[[error:invalid]]' };

  test('all at once', async () => {
    const run = await execute((await team('parallel', [slow, slow])).id);
    expect((await storyOf(run)).slice(0, 2)).toEqual(['s1 started', 's2 started']);
    expect(run.body.final_result).toMatchObject({ agent_results: {}, failed_agents: [], summary: expect.any(String) });
  });

  test.each([undefined, 'fail'])(
    'failure_policy %s: the others finish, it fails, their results are kept',
    async (policy) => {
      const two = await team('parallel', [broken, slow], policy ? { failure_policy: policy } : {});
      const run = await execute(two.id);
      expect(run.body).toMatchObject({ status: 'failed', final_result: { failed_agents: [two.agents[0]] } });
      expect(run.body.final_result.agent_results[two.agents[1]]).toMatchObject({ result: 'slow' });
    },
  );

  test('failure_policy fail_fast: the others are cancelled', async () => {
    const two = await team('parallel', [broken, { does: '[[sleep:60000]]' }], { failure_policy: 'fail_fast' });
    const run = await execute(two.id);
    expect([run.body.status, await statusesOf(run, two)]).toEqual(['failed', ['failed', 'cancelled']]);
  });

  test('failure_policy continue: completed if one succeeded, else failed', async () => {
    const some = await team('parallel', [broken, slow], { failure_policy: 'continue' });
    expect((await execute(some.id)).body).toMatchObject({
      status: 'completed',
      final_result: { failed_agents: [some.agents[0]] },
    });
    const none = await team('parallel', [broken, broken], { failure_policy: 'continue' });
    expect((await execute(none.id)).body.status).toBe('failed');
  });
});

describe('what runs when: conditional', () => {
  const always = [when('initial_prompt')];
  const never = [when('initial_prompt', 'equals', 'never')];

  test('the first fails: it fails, and nothing else runs', async () => {
    const two = await team('conditional', [{ does: '[[error:invalid]]' }, { conditions: always }]);
    const run = await execute(two.id);
    expect([run.body.status, await statusesOf(run, two)]).toEqual(['failed', ['failed', 'skipped']]);
  });

  test('a later one fails: tolerated, named among the failed, and warned of', async () => {
    const two = await team('conditional', [{}, { does: '[[error:invalid]]', conditions: always }]);
    const run = await execute(two.id);
    const final_result = { failed_agents: [two.agents[1]], executed_agents: two.agents.slice(0, 2) };
    expect(run.body).toMatchObject({ status: 'completed', final_result });
    expect(await warningsOf(run)).toEqual([expect.stringMatching(/^Failed/)]);
  });

  test('rounds: all that are eligible run side by side', async () => {
    const slow = { does: '[[sleep:100]]', conditions: always };
    const run = await execute((await team('conditional', [{}, slow, slow])).id);
    expect((await storyOf(run)).slice(2, 4)).toEqual(['s2 started', 's3 started']);
  });

  test('rounds: after every finished agent conditions are evaluated afresh', async () => {
    const second = { does: '[[sleep:20]][[say:two]]', conditions: always };
    const third = { does: '[[say:three]]', conditions: [when('result', 'equals', 'two')] };
    const three = await team('conditional', [{ does: '[[say:one]]' }, third, second]);
    expect((await execute(three.id)).body.final_result.executed_agents).toEqual([
      three.agents[0],
      three.agents[2],
      three.agents[1],
    ]);
  });

  test('rounds: an agent is decided when all it refers to are settled', async () => {
    const slow = { does: '[[sleep:150]][[say:late]]', conditions: always };
    const waits = { input: from('$1'), conditions: [when('agent_$1_result.result', 'equals', 'late')] };
    const run = await execute((await team('conditional', [{}, slow, waits])).id);
    expect((await storyOf(run)).slice(-3)).toEqual(['s2 succeeded', 's3 started', 's3 succeeded']);
  });

  test.each([
    ['skipped', { conditions: never }],
    ['failed', { does: '[[error:invalid]]', conditions: always }],
  ])('rounds: whose single source was %s is skipped', async (end, source) => {
    const three = await team('conditional', [{}, source, { input: from('$1'), conditions: always }]);
    const run = await execute(three.id);
    expect([run.body.status, await statusesOf(run, three)]).toEqual(['completed', ['completed', end, 'skipped']]);
  });

  test('rounds: none is eligible after the first: completed', async () => {
    const two = await team('conditional', [{ does: '[[say:one]]' }, { conditions: never }]);
    const run = await execute(two.id);
    expect(run.body).toMatchObject({ status: 'completed', final_result: { executed_agents: [two.agents[0]] } });
  });
});

describe('the output object', () => {
  test.each([
    ['plain text', '[[say:Hello.]]', { result: 'Hello.' }],
    ['one JSON value', '[[json:{"a": [1]}]]', { result: '{"a": [1]}', data: { a: [1] } }],
    ['one fenced JSON block', '[[say:```json\n{"a": 1}\n```]]', { result: '```json\n{"a": 1}\n```', data: { a: 1 } }],
  ])('of %s', async (_, does, output) => {
    const { body } = await execute((await team('sequential', [{ does }])).id);
    expect(body.final_result).toEqual({ ...output, execution_time: expect.any(Number) });
  });
});

describe('inputs', () => {
  const always = [when('initial_prompt')];

  test('agent_result is the text of an earlier agent; a later one is refused', async () => {
    const two = await team('sequential', [{ does: '[[say:one]]' }, { input: from('$0') }]);
    expect((await execute(two.id)).body.final_result.result).toBe('one');
    const [first, second] = two.agents;
    const agents = [
      { agent_id: first, execution_order: 1, input: from(second) },
      { agent_id: second, execution_order: 2, input: PROMPT },
    ];
    const refused = await ada.put(`/api/v1/teams/${two.id}`, { workflow_definition: { type: 'sequential', agents } });
    expect(Object.keys(refused.body.errors)).toEqual(['workflow_definition.agents[0].input.agent_id']);
  });

  test('combined joins its sources in the given order by one blank line, the prompt among them', async () => {
    const sources = [
      { type: 'agent_result', agent_id: '$1' },
      { type: 'initial_prompt' },
      { type: 'agent_result', agent_id: '$0' },
    ];
    const parts = [{ does: '[[say:one]]' }, { does: '[[say:two]]' }, { input: { source: 'combined', sources } }];
    expect((await execute((await team('sequential', parts)).id, 'hello')).body.final_result.result).toBe(
      'two\n\nhello\n\none',
    );
  });

  test('combined leaves out what was skipped, and with nothing left the agent is skipped', async () => {
    const never = { does: '[[say:no]]', conditions: [when('initial_prompt', 'equals', 'never')] };
    const joins = (...agents: readonly string[]) => ({
      input: { source: 'combined', sources: agents.map((agent_id) => ({ type: 'agent_result', agent_id })) },
      conditions: always,
    });
    const four = await team('conditional', [{ does: '[[say:one]]' }, never, joins('$1', '$0'), joins('$1')]);
    const run = await execute(four.id);
    expect(run.body.agent_results[four.agents[2]].result).toBe('one');
    expect(await statusesOf(run, four)).toEqual(['completed', 'skipped', 'completed', 'skipped']);
  });

  test('an input that is not there fails the agent with a clear message in any other workflow', async () => {
    const input = { source: 'context_variable', variable_name: 'tone' };
    const { body } = await execute((await team('sequential', [{ input }])).id);
    expect(body).toMatchObject({ status: 'failed', error_message: expect.stringContaining('to receive is there') });
  });
});

describe('conditions', () => {
  const DATA = '{"word": "urgent call", "n": 5, "five": "5", "yes": "true", "list": ["a", "b"], "map": {"k": 1}}';

  test.each<[string, readonly [string, unknown], readonly [string, unknown]]>([
    ['equals', ['word', 'urgent call'], ['word', 'Urgent call']],
    ['equals', ['five', 5], ['five', 6]],
    ['equals', ['yes', true], ['yes', false]],
    ['not_equals', ['word', 'calm'], ['five', 5]],
    ['contains', ['word', 'urgent'], ['word', 'URGENT']],
    ['contains', ['list', 'a'], ['list', 'c']],
    ['contains', ['map', 'k'], ['map', 'v']],
    ['not_contains', ['word', 'calm'], ['word', 'call']],
    ['not_contains', ['n', 'x'], ['list', 'b']],
    ['greater_than', ['five', 4.5], ['n', 5]],
    ['less_than', ['n', '5.5'], ['word', 9]],
    ['exists', ['map.k', null], ['map.v', null]],
    ['not_exists', ['nothing', null], ['n', null]],
  ])('%s: %j holds, and %j does not', async (operator, [good, right], [bad, wrong]) => {
    const holds = { conditions: [when(`agent_$0_result.data.${good}`, operator, right)] };
    const fails = { conditions: [when(`agent_$0_result.data.${bad}`, operator, wrong)] };
    const three = await team('conditional', [{ does: `[[json:${DATA}]]` }, holds, fails]);
    expect(await statusesOf(await execute(three.id), three)).toEqual(['completed', 'completed', 'skipped']);
  });

  test('all must hold', async () => {
    const both = { conditions: [when('agent_$0_result.data.n', 'equals', 5), when('agent_$0_result.data.x')] };
    const two = await team('conditional', [{ does: `[[json:${DATA}]]` }, both]);
    expect(await statusesOf(await execute(two.id), two)).toEqual(['completed', 'skipped']);
  });

  test.each(['equals', 'not_equals', 'contains', 'not_contains', 'greater_than', 'less_than', 'exists'])(
    'a missing field is false for %s',
    async (operator) => {
      const two = await team('conditional', [{}, { conditions: [when('agent_$0_result.data.x', operator, 1)] }]);
      expect(await statusesOf(await execute(two.id), two)).toEqual(['completed', 'skipped']);
    },
  );

  test('an operator that nobody knows is refused when it is saved', async () => {
    const agents = [await simAgent(ada), await simAgent(ada)];
    const conditions = [when('result', 'resembles', 'x')];
    const written = agents.map((agent_id, index) => ({ agent_id, input: PROMPT, ...(index > 0 && { conditions }) }));
    const workflow_definition = { type: 'conditional', agents: written };
    const { status, body } = await ada.post('/api/v1/teams', { name: 'T', agent_ids: agents, workflow_definition });
    expect([status, Object.keys(body.errors)]).toEqual([422, ['workflow_definition.agents[1].conditions[0].operator']]);
  });

  test('a bare field is answered by the agent of the input, else by the one that completed last', async () => {
    const named = { input: from('$0'), conditions: [when('data.n', 'equals', 1)] };
    const latest = { conditions: [when('data.n', 'equals', 2)] };
    const second = { does: '[[json:{"n": 2}]]', conditions: [when('agent_$0_result')] };
    const four = await team('conditional', [{ does: '[[json:{"n": 1}]]' }, second, named, latest]);
    expect(await statusesOf(await execute(four.id), four)).toEqual(Array(4).fill('completed'));
  });

  test.each([
    ['initial_prompt', 'go'],
    ['workflow_type', 'conditional'],
  ])('the scope holds %s', async (field, value) => {
    const two = await team('conditional', [{}, { conditions: [when(field, 'equals', value)] }]);
    expect(await statusesOf(await execute(two.id), two)).toEqual(['completed', 'completed']);
  });

  test.each(['team_id', 'execution_id'])('the scope holds %s', async (field) => {
    const two = await team('conditional', [{}, { conditions: [when(field, 'contains', '-')] }]);
    expect(await statusesOf(await execute(two.id), two)).toEqual(['completed', 'completed']);
  });
});

describe('retry and timeout', () => {
  const retry_config = { max_attempts: 3, initial_delay: 0.01, max_delay: 0.02 };

  test('without retry_config there is one attempt', async () => {
    const run = await execute((await team('sequential', [{ does: '[[fail:1]]' }])).id);
    expect([run.body.status, await storyOf(run)]).toEqual(['failed', ['s1 started', 's1 failed']]);
  });

  test.each(['[[fail:2]]', '[[fail:1]]'])('%s succeeds within max_attempts', async (does) => {
    const run = await execute((await team('sequential', [{ does: `${does}[[say:done]]`, retry_config }])).id);
    expect(run.body).toMatchObject({ status: 'completed', final_result: { result: 'done' } });
  });

  test('after max_attempts it fails', async () => {
    const run = await execute((await team('sequential', [{ does: '[[fail]]', retry_config }])).id);
    expect((await storyOf(run)).filter((line) => line.endsWith('started'))).toHaveLength(3);
    expect(run.body.status).toBe('failed');
  });

  test.each(['timeout', 'network', 'rate_limit'])('%s is tried again by default', async (kind) => {
    const run = await execute((await team('sequential', [{ does: `[[error:${kind}]]`, retry_config }])).id);
    expect((await storyOf(run)).filter((line) => line.endsWith('retrying'))).toHaveLength(2);
  });

  test('what retry_on does not name, and what can never be right, is not tried again', async () => {
    const limited = { ...retry_config, retry_on: ['timeout'] };
    const other = await execute((await team('sequential', [{ does: '[[error:network]]', retry_config: limited }])).id);
    const invalid = await execute((await team('sequential', [{ does: '[[error:invalid]]', retry_config }])).id);
    for (const run of [other, invalid]) expect(await storyOf(run)).toEqual(['s1 started', 's1 failed']);
  });

  test('a timeout counts for each attempt, and is tried again as a timeout', async () => {
    const parts = [{ does: '[[sleep:60000]]', timeout: 0.05, retry_config: { ...retry_config, max_attempts: 2 } }];
    const run = await execute((await team('sequential', parts)).id);
    expect(await storyOf(run)).toEqual(['s1 started', 's1 retrying', 's1 started', 's1 failed']);
    expect(run.body.error_message).toContain('within 0.05 s');
  });
});

describe('stop', () => {
  test('running and pending agents are cancelled, and so is the execution, whatever comes late', async () => {
    const three = await team('sequential', [{ does: '[[say:one]]' }, { does: '[[sleep:60000]]' }, {}]);
    const run = await ada.post(`/api/v1/teams/${three.id}/execute`, { initial_prompt: 'go' });
    await until('the second runs', async () => (await statusOf(run)).agent_statuses[three.agents[1]] === 'running');
    await ada.post(`/api/v1/executions/${run.body.execution_id}/stop`);
    const end = await ada.get(`/api/v1/executions/${run.body.execution_id}/result`, { headers: { prefer: 'wait=10' } });
    expect(end.body).toMatchObject({ status: 'cancelled', error_message: 'Execution cancelled by user' });
    expect(Object.keys(end.body.agent_results)).toEqual([three.agents[0]]);
    expect(await statusesOf(run, three)).toEqual(['completed', 'cancelled', 'cancelled']);
  });
});

describe('limits', () => {
  test('10 agents in a team', async () => {
    const agents = await Promise.all(Array.from({ length: 11 }, () => simAgent(ada)));
    const workflow_definition = { type: 'parallel', agents: agents.map((agent_id) => ({ agent_id, input: PROMPT })) };
    const { status, body } = await ada.post('/api/v1/teams', { name: 'T', agent_ids: agents, workflow_definition });
    expect([status, body.code]).toEqual([400, 'team.agent-limit-reached']);
  });

  test('5 executions that are not over, of one user', async () => {
    const { id } = await team('sequential', [{ does: '[[sleep:60000]]' }]);
    const begin = () => ada.post(`/api/v1/teams/${id}/execute`, { initial_prompt: 'go' });
    const all = await Promise.all(Array.from({ length: 7 }, begin));
    expect(all.filter(({ status }) => status === 200)).toHaveLength(5);
    expect(all.filter(({ status }) => status === 429)).toHaveLength(2);
    await ada.delete(`/api/v1/teams/${id}`);
  });

  test('100 teams of one user', async () => {
    const agent = await simAgent(ada);
    const workflow_definition = { type: 'parallel', agents: [{ agent_id: agent, input: PROMPT }] };
    const create = () => ada.post('/api/v1/teams', { name: 'T', agent_ids: [agent], workflow_definition });
    const all = await Promise.all(Array.from({ length: 102 }, create));
    expect(all.filter(({ status }) => status === 201)).toHaveLength(100);
    expect(all.filter(({ body }) => body.code === 'team.limit-reached')).toHaveLength(2);
  }, 60_000);
});

describe('cost', () => {
  test.each([
    ['gpt-4o', 0.035],
    ['openai/gpt-4o-mini', 0.035],
    ['gpt-4-turbo', 0.15],
    ['openai/gpt-4', 0.15],
    ['gpt-3.5-turbo', 0.005],
  ])('of %s goes by the longest beginning of its name', async (model, usd) => {
    openai.next(openAi.says('Hi.', { usage: { prompt_tokens: 1_000, completion_tokens: 2_000 } }));
    const one = await team('sequential', [{ model }]);
    const { body } = await execute(one.id);
    expect(body.cost_metrics).toMatchObject({ cost_usd: usd, pricing_version: 'v1', incomplete: false });
    expect(body.cost_metrics.cost_breakdown).toEqual({ [one.agents[0]]: usd });
  });

  test('of an unknown model is not guessed: the known part, incomplete, with a warning', async () => {
    const run = await execute((await team('sequential', [{ model: 'openai/strange' }, { does: '[[cost:0.5]]' }])).id);
    expect(run.body.cost_metrics).toMatchObject({ cost_usd: 0.5, incomplete: true });
    expect(await warningsOf(run)).toEqual([expect.stringContaining('price of this model is not known')]);
  });
});
