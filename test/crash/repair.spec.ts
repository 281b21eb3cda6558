// Real: the built server in processes that are killed with -9, asked over HTTP; a model provider that outlives them.
import { openAi, startFakeOpenAi } from '../fakes/fake-openai.js';
import { type HttpClient, teamOf } from '../harness/index.js';
import { allRunsOf, resultOf, ServerLives, storyOf } from './server-lives.js';

jest.setTimeout(60_000);

/** What `fetch` says when the other side dies. */
const CUT_OFF = /fetch failed|terminated/;

describe('killed while it accepts the retry of a run', () => {
  let model: Awaited<ReturnType<typeof startFakeOpenAi>>;
  let lives: ServerLives;
  beforeEach(async () => {
    model = await startFakeOpenAi();
    lives = new ServerLives({ OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: `${model.origin}/v1` });
  });
  afterEach(() => model.stop());

  const calls = () => model.requests.map(({ headers }) => String(headers['idempotency-key']));
  const retried = (user: HttpClient, parent: string) =>
    user.post(`/api/v1/executions/${parent}/retry`, {}, { headers: { 'idempotency-key': 'k' } });

  /** A run of two agents, the second of which failed. */
  async function failedRun(): Promise<string> {
    const user = await lives.begin();
    const agents: string[] = [];
    while (agents.length < 2) {
      const made = await user.post('/api/v1/agents', { name: 'Agent', configuration: { model: 'openai/gpt-4o' } });
      agents.push(made.body.agent_id);
    }
    const team = await teamOf(user, 'sequential', agents);
    model.next(openAi.says('one'), openAi.refuses(400, 'no'));
    const { body } = await user.post(`/api/v1/teams/${team}/execute`, { initial_prompt: 'hello' });
    expect((await resultOf(user, body.execution_id)).status).toBe('failed');
    await lives.kill9();
    return body.execution_id;
  }

  test('before the commit: nothing is there, and the same key begins it', async () => {
    const parent = await failedRun();
    await expect(retried(await lives.begin('acceptance.before-commit'), parent)).rejects.toThrow(CUT_OFF);
    await lives.died();

    const after = await lives.begin();
    expect(await allRunsOf(after)).toHaveLength(1);
    const { status, body } = await retried(after, parent);
    expect(status).toBe(201);
    expect(await resultOf(after, body.execution_id)).toMatchObject({ status: 'completed' });
    expect(calls()).toEqual([`${parent}.s1.1`, `${parent}.s2.1`, `${body.execution_id}.s2.1`]);
  });

  test.each(['acceptance.committed', 'idempotency.before-kept'])(
    'at %s: the child goes on without its parent, runs nothing it adopted, and the same key finds it',
    async (crashAt) => {
      const parent = await failedRun();
      await expect(retried(await lives.begin(crashAt), parent)).rejects.toThrow(CUT_OFF);
      await lives.died();

      const after = await lives.begin();
      const child = (await allRunsOf(after)).map(({ execution_id }) => execution_id).find((id) => id !== parent) ?? '';
      const done = await resultOf(after, child);
      expect(done).toMatchObject({ status: 'completed', parent_execution_id: parent });
      expect(Object.keys(done.usage_metrics)).toHaveLength(1);
      expect(new Set(calls())).toEqual(new Set([`${parent}.s1.1`, `${parent}.s2.1`, `${child}.s2.1`]));

      await after.delete(`/api/v1/executions/${parent}`);
      const again = await retried(after, parent);
      expect(again).toMatchObject({ status: 201, body: { execution_id: child, status: 'completed' } });
      const story = await storyOf(after, child);
      expect(story.map(({ type }) => type)).toEqual([
        ...['execution.started', 'step.succeeded', 'step.started', 'step.succeeded', 'execution.finished'],
      ]);
    },
  );

  test('a replay that was committed is over, though nobody has heard of it', async () => {
    const parent = await failedRun();
    const before = await lives.begin('acceptance.committed');
    await expect(before.post(`/api/v1/executions/${parent}/replay`)).rejects.toThrow(CUT_OFF);
    await lives.died();

    const after = await lives.begin();
    const told = (await after.get('/api/v1/executions')).body;
    expect(told).toMatchObject([{ status: 'failed', parent_execution_id: parent }, { execution_id: parent }]);
    expect(calls()).toHaveLength(2);
  });
});
