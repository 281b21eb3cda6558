// Real: the built server in processes that are killed with -9 in the middle of a conversation with a model; the provider
// outlives them and counts what it was asked.
import type { FakeModelServer } from '../fakes/fake-model-server.js';
import { openAi, startFakeOpenAi } from '../fakes/fake-openai.js';
import { type HttpClient, teamOf } from '../harness/index.js';
import { resultOf, ServerLives, storyOf } from './server-lives.js';

jest.setTimeout(120_000);

let provider: FakeModelServer;
let lives: ServerLives;
let team: string;

async function agent(http: HttpClient, name: string): Promise<string> {
  return (await http.post('/api/v1/agents', { name, configuration: { model: 'openai/some-model' } })).body.agent_id;
}

beforeAll(async () => {
  provider = await startFakeOpenAi();
  provider
    .when('initial_prompt', openAi.says('Half of all people.'))
    .when('How large?', openAi.calls([{ name: 'context_set', input: { name: 'topic', value: 'tea' } }]))
    .when('"topic"', openAi.calls([{ name: 'agent_ask', input: { agent: 'Analyst', question: 'How many?' } }]))
    .when('How many?', openAi.calls([{ name: 'context_get', input: {} }]))
    .when('"answer"', openAi.says('So it is huge.'));
  const key = 'key-of-the-server';
  lives = new ServerLives({ OPENAI_API_KEY: key, OPENAI_BASE_URL: `${provider.origin}/v1` });
  const user = await lives.begin();
  const [researcher, analyst] = [await agent(user, 'Researcher'), await agent(user, 'Analyst')];
  team = await teamOf(user, 'pipeline', [researcher, analyst]);
  await lives.kill9();
});

afterAll(() => provider.stop());
afterEach(() => lives.kill9());

const began = async (user: HttpClient): Promise<string> =>
  (await user.post(`/api/v1/teams/${team}/execute`, { initial_prompt: 'How large?' })).body.execution_id;

/** Of the first step and of the question it asks: five calls, each under a key of its own. */
const keysOf = (id: string): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(provider.keys).flatMap(([key, count]) =>
      key.startsWith(`${id}.s1.`) || key.startsWith(`${id}.c1.`) ? [[key.slice(id.length + 1), count]] : [],
    ),
  );

test('left alone, a conversation asks for each turn once', async () => {
  const user = await lives.begin();
  const id = await began(user);
  expect((await resultOf(user, id)).status).toBe('completed');
  expect(keysOf(id)).toEqual({ 's1.1': 1, 's1.1.2': 1, 's1.1.3': 1, 'c1.1': 1, 'c1.1.2': 1 });
});

test.each([1, 2, 3, 4, 5])(
  'killed before append %i: only the call whose turn was not on record is made again',
  async (n) => {
    const dying = await lives.begin(`run.before-append:${n}`);
    const id = await began(dying);
    await lives.died();
    const before = keysOf(id);

    const user = await lives.begin();
    expect((await resultOf(user, id)).status).toBe('completed');
    const after = keysOf(id);
    expect(Object.keys(after)).toHaveLength(5);
    const again = Object.entries(after).filter(([, count]) => count > 1);
    expect(again).toEqual([[Object.keys(before).at(-1), 2]]);

    const types = (await storyOf(user, id)).map(({ type }) => type);
    const countOf = (type: string): number => types.filter((one) => one === type).length;
    expect([countOf('context.changed'), countOf('tool.called'), countOf('tool.completed')]).toEqual([1, 3, 3]);
  },
);
