// Real: the built server in processes that are killed with -9, asked over HTTP; a model provider that outlives them.
import { EventSourceClient } from '#libs/live/testing/event-source.client.js';
import { SILENCE } from '../fakes/fake-model-server.js';
import { openAi, startFakeOpenAi } from '../fakes/fake-openai.js';
import { type HttpClient, simAgent, teamOf } from '../harness/index.js';
import { allRunsOf, from1, resultOf, ServerLives, storyOf } from './server-lives.js';

jest.setTimeout(60_000);

/** What `fetch` says when the other side dies. */
const CUT_OFF = /fetch failed|terminated/;

const keyed = (key: string) => ({ headers: { 'idempotency-key': key } });

describe('killed while it accepts a run', () => {
  const body = { initial_prompt: 'hello' };

  test('before the commit: nothing is there, and the same key begins it', async () => {
    const lives = new ServerLives();
    const before = await lives.begin('acceptance.before-commit');
    const team = await teamOf(before, 'sequential', [await simAgent(before)]);
    await expect(before.post(`/api/v1/teams/${team}/execute`, body, keyed('k'))).rejects.toThrow(CUT_OFF);
    await lives.died();

    const after = await lives.begin();
    expect(await allRunsOf(after)).toEqual([]);
    const { status, body: run } = await after.post(`/api/v1/teams/${team}/execute`, body, keyed('k'));
    expect(status).toBe(200);
    expect((await resultOf(after, run.execution_id)).status).toBe('completed');
    expect(await allRunsOf(after)).toHaveLength(1);
  });

  test.each([
    { when: 'between the commit and the first step', crashAt: 'acceptance.committed' },
    { when: 'between the commit and the answer', crashAt: 'idempotency.before-kept' },
  ])('$when: it runs to its end, and the same key finds it even if its team is closed', async ({ crashAt }) => {
    const lives = new ServerLives();
    const before = await lives.begin(crashAt);
    const team = await teamOf(before, 'sequential', [await simAgent(before)]);
    await expect(before.post(`/api/v1/teams/${team}/execute`, body, keyed('k'))).rejects.toThrow(CUT_OFF);
    await lives.died();

    const after = await lives.begin();
    const [run] = await allRunsOf(after);
    const id = run?.execution_id ?? '';
    expect((await resultOf(after, id)).status).toBe('completed');
    await after.put(`/api/v1/teams/${team}`, { is_active: false });
    const again = await after.post(`/api/v1/teams/${team}/execute`, body, keyed('k'));
    expect(again).toMatchObject({ status: 200, body: { execution_id: id, status: 'completed' } });
    const replayed = await after.post(`/api/v1/teams/${team}/execute`, body, keyed('k'));
    expect(replayed.body).toEqual(again.body);
    expect(replayed.headers.get('idempotency-replayed')).toBe('true');
    expect(await allRunsOf(after)).toHaveLength(1);
    await storyOf(after, id);
  });
});

test.each([
  { path: '/api/v1/agents', body: { name: 'Agent', configuration: { model: 'sim/test' } }, id: 'agent_id' },
  { path: '/api/v1/teams', body: null, id: 'team_id' },
])('killed between the commit of POST $path and its answer: the same key finds what was made', async (made) => {
  const lives = new ServerLives();
  const before = await lives.begin('idempotency.before-kept');
  const agent = await simAgent(before);
  const agents = [{ agent_id: agent, execution_order: 1, input: { source: 'initial_prompt' } }];
  const body = made.body ?? {
    name: 'Team',
    agent_ids: [agent],
    workflow_definition: { type: 'sequential', agents },
  };
  await expect(before.post(made.path, body, keyed('k'))).rejects.toThrow(CUT_OFF);
  await lives.died();

  const after = await lives.begin();
  const listed = async (): Promise<readonly Record<string, unknown>[]> => {
    const { body } = await after.get(made.path);
    const all: Record<string, unknown>[] = Array.isArray(body) ? body : body.items;
    return all.filter((one) => one[made.id] !== agent);
  };
  const [there, ...others] = await listed();
  expect(others).toEqual([]);
  const { status, body: again } = await after.post(made.path, body, keyed('k'));
  expect(status).toBe(201);
  expect(again[made.id]).toBe(there?.[made.id]);
  expect(await listed()).toHaveLength(1);
});

describe('killed in the middle of a call to a model', () => {
  let model: Awaited<ReturnType<typeof startFakeOpenAi>>;
  let lives: ServerLives;
  beforeEach(async () => {
    model = await startFakeOpenAi();
    lives = new ServerLives({ OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: `${model.origin}/v1` });
  });
  afterEach(() => model.stop());

  const keys = () => model.requests.map(({ headers }) => String(headers['idempotency-key']));
  const begin = async (user: HttpClient, agents: number) => {
    const ids: string[] = [];
    while (ids.length < agents) {
      const configuration = { model: 'openai/gpt-4o' };
      ids.push((await user.post('/api/v1/agents', { name: 'Agent', configuration })).body.agent_id);
    }
    const team = await teamOf(user, 'sequential', ids);
    const { body } = await user.post(`/api/v1/teams/${team}/execute`, { initial_prompt: 'hello' });
    return String(body.execution_id);
  };

  test('the call is made again under its key, and no recorded one is; the stream has no gap', async () => {
    model.next(openAi.says('one'), SILENCE);
    const before = await lives.begin();
    const id = await begin(before, 3);
    const path = `/api/v1/executions/${id}/events?token=${before.bearer}`;
    const seen = await EventSourceClient.open(`${before.url}${path}`);
    await model.request(1);
    await seen.until(() => seen.ids.length === 4);
    await lives.kill9();
    await seen.ended;

    model.next(openAi.says('two'));
    const after = await lives.begin();
    const rest = await EventSourceClient.open(`${after.url}${path}`, { 'last-event-id': String(seen.ids.at(-1)) });
    await rest.ended;
    expect([...seen.ids, ...rest.ids]).toEqual(from1(8));
    expect(keys()).toEqual([`${id}.s1.1`, `${id}.s2.1`, `${id}.s2.1`, `${id}.s3.1`]);
    const { status, final_result } = await resultOf(after, id);
    expect({ status, final_result }).toMatchObject({
      status: 'completed',
      final_result: { result: 'You said: hello' },
    });
    await storyOf(after, id);
  });

  test('and killed again while the next process takes over: still only the one call is made again', async () => {
    model.next(SILENCE);
    const id = await begin(await lives.begin(), 1);
    await model.request(0);
    await lives.kill9();
    await lives.beginAndDie('engine.claimed');
    await lives.beginAndDie('run.before-append');
    const after = await lives.begin();
    expect((await resultOf(after, id)).status).toBe('completed');
    expect(keys()).toEqual([`${id}.s1.1`, `${id}.s1.1`]);
    await storyOf(after, id);
  });

  test('after the end was on record, before the waiting caller heard of it: the result is there for the asking', async () => {
    const before = await lives.begin('run.finished');
    const ids = [(await before.post('/api/v1/agents', { name: 'A', configuration: { model: 'openai/gpt-4o' } })).body];
    const team = await teamOf(before, 'sequential', [ids[0].agent_id]);
    const prefer = { prefer: 'wait=30' };
    const call = before.post(`/api/v1/teams/${team}/execute`, { initial_prompt: 'hello' }, { headers: prefer });
    await expect(call).rejects.toThrow(CUT_OFF);
    await lives.died();

    const after = await lives.begin();
    const [run] = await allRunsOf(after);
    expect(run).toMatchObject({ status: 'completed', final_result: { result: 'You said: hello' } });
    await storyOf(after, run?.execution_id ?? '');
    expect(model.requests).toHaveLength(1);
  });

  test('a stop that was asked for is not forgotten, and the model is not asked again', async () => {
    model.next(SILENCE);
    const before = await lives.begin('run.before-append');
    const id = await begin(before, 2);
    await model.request(0);
    await before.post(`/api/v1/executions/${id}/stop`).catch(() => undefined);
    await lives.died();

    const after = await lives.begin();
    expect((await resultOf(after, id)).status).toBe('cancelled');
    expect((await storyOf(after, id)).map(({ type }) => type)).toEqual([
      'execution.started',
      'step.started',
      'execution.cancelling',
      'step.cancelled',
      'step.cancelled',
      'execution.finished',
    ]);
    expect(keys()).toEqual([`${id}.s1.1`]);
  });
});

test('killed while a run waits for its next attempt, which nobody holds in memory: it goes on at its time', async () => {
  const lives = new ServerLives();
  const before = await lives.begin('run.released');
  const retry = { retry_config: { max_attempts: 2, initial_delay: 6 } };
  const team = await teamOf(before, 'sequential', [await simAgent(before, '[[fail:1]]')], retry);
  await before.post(`/api/v1/teams/${team}/execute`, { initial_prompt: 'hello' });
  await lives.died();

  const after = await lives.begin();
  const [run] = await allRunsOf(after);
  const id = run?.execution_id ?? '';
  expect((await resultOf(after, id)).status).toBe('completed');
  const story = await storyOf(after, id);
  expect(story.map(({ type }) => type)).toEqual([
    'execution.started',
    'step.started',
    'step.retrying',
    'step.started',
    'step.succeeded',
    'execution.finished',
  ]);
});

test('killed with fifty runs in flight: all of them end in the next process', async () => {
  const lives = new ServerLives({ RENUM_MAX_CONCURRENT_EXECUTIONS: '100' });
  const before = await lives.begin();
  const team = await teamOf(before, 'sequential', [await simAgent(before, '[[sleep:500]]'), await simAgent(before)]);
  const accepted = await Promise.all(
    Array.from({ length: 50 }, () => before.post(`/api/v1/teams/${team}/execute`, { initial_prompt: 'hello' })),
  );
  const ids = accepted.map(({ body }) => String(body.execution_id));
  await lives.kill9();

  const after = await lives.begin();
  const results = await Promise.all(ids.map((id) => resultOf(after, id)));
  expect(results.map(({ status }) => status)).toEqual(ids.map(() => 'completed'));
  await Promise.all(ids.map((id) => storyOf(after, id)));
});
