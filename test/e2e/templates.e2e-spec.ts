// Real: the whole server over HTTP, SQLite in memory, the simulated model. A stand-in: the servers of OpenAI.
import { FakeModelServer, type RecordedRequest } from '../fakes/fake-model-server.js';
import { openAi, userTextOf } from '../fakes/fake-openai.js';
import { type Answer, type HttpClient, signUp, startServer, type TestServer } from '../harness/index.js';

let openai: FakeModelServer;
let server: TestServer;
let ada: HttpClient;

beforeAll(async () => {
  openai = await FakeModelServer.start((request) => openAi.says(scriptOf(request)));
  server = await startServer({ OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: `${openai.origin}/v1` });
});
afterAll(() => openai.stop());

beforeEach(async () => {
  ada = await signUp(server.http);
  openai.requests.length = 0;
  said = {};
});

/** By the beginning of an agent's instructions, what it answers, one after the other; the last for ever. */
let said: Readonly<Record<string, readonly string[]>> = {};

function scriptOf(request: RecordedRequest): string {
  const system = systemTextOf(request);
  const beginning = Object.keys(said).find((one) => system.startsWith(one));
  const answers = said[beginning ?? ''] ?? [];
  const asked = openai.requests.filter((one) => systemTextOf(one) === system).length;
  return answers[Math.min(asked, answers.length) - 1] ?? `Nobody told me what to say to: ${system}`;
}

function systemTextOf({ body }: RecordedRequest): string {
  const messages = body.messages as readonly { readonly role: string; readonly content: string }[];
  return messages.find(({ role }) => role === 'system')?.content ?? '';
}

/** What the agent whose instructions begin so was given, request by request. */
const givenTo = (beginning: string): readonly string[] =>
  openai.requests.filter((one) => systemTextOf(one).startsWith(beginning)).map(userTextOf);

interface Instance {
  readonly team: string;
  /** In the order of the template. */
  readonly agents: readonly [string, string, string, string];
}

async function instantiate(template: string, models: Readonly<Record<string, string>> = {}): Promise<Instance> {
  const { status, body } = await ada.post(`/api/v1/templates/${template}/instantiate`, { models });
  expect(status).toBe(201);
  return { team: body.team_id, agents: body.agent_ids };
}

const REAL = { '*': 'openai/gpt-4o' };

const execute = (team: string, prompt: string, wait = 30): Promise<Answer> =>
  ada.post(`/api/v1/teams/${team}/execute`, { initial_prompt: prompt }, { headers: { prefer: `wait=${wait}` } });

/** Steps in the order of their events: `s2~2 started`. */
async function stepsOf({ body }: Answer): Promise<readonly string[]> {
  const { body: text } = await ada.get(`/api/v1/executions/${body.execution_id}/events`);
  const events: readonly { type: string; step_id?: string }[] = [...String(text).matchAll(/^data: (.+)$/gm)].map(
    ([, data = '']) => JSON.parse(data),
  );
  return events.flatMap(({ type, step_id }) => (step_id ? [`${step_id} ${type.replace('step.', '')}`] : []));
}

const say = (agent: string, system_prompt: string): Promise<Answer> =>
  ada.put(`/api/v1/agents/${agent}`, { configuration: { system_prompt } });

describe('on simulated models', () => {
  test('market analysis goes from the researcher over the analyst to the reporter, whose report is the result', async () => {
    const { team, agents } = await instantiate('market-analysis');
    const { body } = await execute(team, 'Should we bake more?');
    expect(body).toMatchObject({ status: 'completed', cost_metrics: { cost_usd: 0, incomplete: false } });
    expect(Object.keys(body.agent_results)).toEqual(agents);
    expect(body.final_result).toEqual(body.agent_results[agents[2]]);
    expect(body.final_result.result).toMatch(/^Recommendation/);
  });

  test('the software team is done in one round when the tester is content', async () => {
    const { team, agents } = await instantiate('software-team');
    const done = await execute(team, 'Leap years, please.');
    expect(done.body).toMatchObject({ status: 'completed', final_result: { data: { verdict: 'pass' } } });
    expect(done.body.agent_results[agents[1]].result).toContain('isLeapYear');
    expect(await stepsOf(done)).not.toContain('s2~2 started');
  });

  test('the software team goes back once when the tester is content with the second round', async () => {
    const { team, agents } = await instantiate('software-team');
    // Without directives each repeats its input: a bare verdict in the first round, two of them in the second.
    const verdict = '{"verdict": "fail", "notes": "1900"}';
    await Promise.all([say(agents[0], `[[say:${verdict}]]`), say(agents[1], 'Repeat.'), say(agents[2], 'Repeat.')]);
    const done = await execute(team, 'Leap years, please.');
    expect(done.body).toMatchObject({ status: 'completed', final_result: { result: `${verdict}\n\n${verdict}` } });
    expect(await stepsOf(done)).toEqual([
      ...['s1 started', 's1 succeeded', 's2 started', 's2 succeeded', 's3 started', 's3 succeeded'],
      ...['s2~2 started', 's2~2 succeeded', 's3~2 started', 's3~2 succeeded'],
    ]);
  });

  test('customer service asks the specialist of the category alone, and follows up what is urgent', async () => {
    const { team, agents } = await instantiate('customer-service');
    const done = await execute(team, 'I was charged twice.');
    const [triage, billing, technical, followup] = agents;
    expect(done.body.final_result).toMatchObject({ executed_agents: [triage, billing, followup], failed_agents: [] });
    expect(done.body.agent_results).not.toHaveProperty(technical);
    expect(await stepsOf(done)).toContain('s3 skipped');
  });
});

describe('on the models of a provider', () => {
  test('market analysis gives each what the workflow says, and counts what it cost', async () => {
    said = {
      'You research': ['Bread sells.'],
      'You analyse': ['It pays.'],
      'You write for people': ['Do it.'],
    };
    const { team } = await instantiate('market-analysis', REAL);
    const { body } = await execute(team, 'Bread?');
    expect(body).toMatchObject({ status: 'completed', final_result: { result: 'Do it.' } });
    expect(givenTo('You research')).toEqual(['Bread?']);
    expect(givenTo('You analyse')).toEqual(['Bread sells.']);
    expect(givenTo('You write for people')).toEqual(['Bread sells.\n\nIt pays.']);
    // Three calls of 12 tokens in and 7 out, at 0.005 and 0.015 for a thousand.
    expect(body.cost_metrics).toMatchObject({ cost_usd: 0.000495, incomplete: false });
    expect(openai.requests.map(({ text }) => text).join()).not.toContain('[[');
  });

  test('the software team sends failed code back with the verdict, and is content in the second round', async () => {
    const [fail, pass] = ['{"verdict": "fail", "notes": "1900 is none"}', '{"verdict": "pass", "notes": ""}'];
    said = { 'You design': ['Design.'], 'You write the code': ['Code 1.', 'Code 2.'], 'You test': [fail, pass] };
    const { team, agents } = await instantiate('software-team', REAL);
    const done = await execute(team, 'Leap years, please.');
    expect(done.body).toMatchObject({ status: 'completed', final_result: { data: { verdict: 'pass' } } });
    expect(givenTo('You write the code')).toEqual(['Design.', `Design.\n\n${fail}`]);
    expect(givenTo('You test')).toEqual(['Code 1.', 'Code 2.']);
    expect(done.body.agent_results[agents[1]].result).toBe('Code 2.');
    expect((await ada.get(`/api/v1/executions/${done.body.execution_id}`)).body).toMatchObject({ total_steps: 3 });
    expect((await stepsOf(done)).slice(-2)).toEqual(['s3~2 started', 's3~2 succeeded']);
  });

  test('the software team gives up going back after as many times as its template allows', async () => {
    said = { 'You design': ['Design.'], 'You write the code': ['Code.'], 'You test': ['{"verdict": "fail"}'] };
    const { team, agents } = await instantiate('software-team', REAL);
    const { body } = await execute(team, 'Leap years, please.');
    expect(body).toMatchObject({ status: 'completed', final_result: { data: { verdict: 'fail' } } });
    expect([givenTo('You write the code').length, givenTo('You test').length]).toEqual([4, 4]);
    const logs = (await ada.get(`/api/v1/executions/${body.execution_id}/logs?log_types=warning`)).body;
    expect(logs).toMatchObject([{ agent_id: agents[2], message: expect.stringMatching(/^Not sent back again/) }]);
  });

  test('customer service skips the other specialist, and its text drops out of what the follow-up reads', async () => {
    said = {
      'You sort': ['{"category": "technical", "priority": 5}'],
      'You help': ['Sign in again.'],
      'You read the answer': ['Call on Monday.'],
    };
    const { team, agents } = await instantiate('customer-service', REAL);
    const { body } = await execute(team, 'It crashes.');
    const [triage, , technical, followup] = agents;
    expect(body.final_result.executed_agents).toEqual([triage, technical, followup]);
    expect(givenTo('You answer customers about payments')).toEqual([]);
    expect(givenTo('You help')).toEqual(['It crashes.']);
    expect(givenTo('You read the answer')).toEqual(['Sign in again.']);
  });

  test('customer service leaves the follow-up out when nothing is urgent, or when no specialist fits', async () => {
    said = { 'You sort': ['{"category": "billing", "priority": 1}'], 'You answer customers': ['Refunded.'] };
    const { team, agents } = await instantiate('customer-service', REAL);
    const calm = await execute(team, 'A receipt, please.');
    expect(calm.body.final_result.executed_agents).toEqual([agents[0], agents[1]]);

    said = { 'You sort': ['{"category": "poetry", "priority": 5}'] };
    const odd = await execute(team, 'A poem, please.');
    expect(odd.body).toMatchObject({ status: 'completed', final_result: { executed_agents: [agents[0]] } });
  });
});

describe('a provider that misbehaves', () => {
  test.each([
    ['refuses', openAi.refuses(503, 'overloaded')],
    ['breaks off in the middle', openAi.stops('Bread se', 'reset')],
    ['ends in the middle', openAi.stops('Bread se', 'end')],
    ['sends half of a JSON frame', openAi.breaksJson('Bread se')],
  ])('is asked again when it %s, as the template says of the researcher', async (_how, script) => {
    said = { 'You research': ['Bread sells.'], 'You analyse': ['It pays.'], 'You write for people': ['Do it.'] };
    openai.next(script);
    const { team, agents } = await instantiate('market-analysis', REAL);
    const done = await execute(team, 'Bread?');
    expect(done.body).toMatchObject({ status: 'completed', final_result: { result: 'Do it.' } });
    expect(done.body.agent_results[agents[0]].result).toBe('Bread sells.');
    expect((await stepsOf(done)).slice(0, 4)).toEqual(['s1 started', 's1 retrying', 's1 started', 's1 succeeded']);
  });

  test('fails the run for an agent that may not try again, and leaves the others out', async () => {
    said = { 'You research': ['Bread sells.'] };
    const { team, agents } = await instantiate('market-analysis', REAL);
    openai.next(openAi.says('Bread sells.'), openAi.refuses(500, 'no'));
    const done = await execute(team, 'Bread?');
    expect(done.body).toMatchObject({ status: 'failed', final_result: null });
    expect(Object.keys(done.body.agent_results)).toEqual([agents[0]]);
    expect((await stepsOf(done)).slice(-2)).toEqual(['s2 failed', 's3 skipped']);
  });

  test('that stalls is hung up on when the run is stopped', async () => {
    openai.next(openAi.stops('Bread se', 'stall'));
    const { team } = await instantiate('market-analysis', REAL);
    const { body } = await execute(team, 'Bread?', 0);
    const { hungUp } = await openai.request(0);
    expect((await ada.post(`/api/v1/executions/${body.execution_id}/stop`)).status).toBe(200);
    await hungUp;
    const result = await ada.get(`/api/v1/executions/${body.execution_id}/result`, { headers: { prefer: 'wait=10' } });
    expect(result.body).toMatchObject({ status: 'cancelled', error_message: 'Execution cancelled by user' });
  });
});
