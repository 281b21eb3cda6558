// Real: the whole server over HTTP. A stand-in: the servers of OpenAI, which play what each agent is to do.
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { Journal } from '#libs/journal/index.js';
import { EventSourceClient } from '#libs/live/testing/event-source.client.js';
import type { FakeModelServer } from '../fakes/fake-model-server.js';
import { type Script, scripted, startScriptedModel } from '../fakes/scripted-model.js';
import { type HttpClient, signUp, simAgent, startServer, type TestServer, teamOf, until } from '../harness/index.js';

let model: FakeModelServer;
let server: TestServer;
let ada: HttpClient;

beforeAll(async () => {
  model = await startScriptedModel();
  server = await startServer({ OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: `${model.origin}/v1` });
});
afterAll(() => model.stop());
beforeEach(async () => {
  ada = await signUp(server.http);
});

type Scripts = Readonly<Record<string, Script>>;

/** A team whose agents do what their scripts say. */
class Team {
  constructor(
    readonly id: string,
    /** By name. */
    readonly agents: Readonly<Record<string, string>>,
  ) {}

  static async of(type: string, scripts: Scripts, config: object = {}): Promise<Team> {
    const agents: Record<string, string> = {};
    for (const [name, script] of Object.entries(scripts)) {
      const configuration = { model: 'openai/gpt-4o', system_prompt: scripted(...script) };
      const { body } = await ada.post('/api/v1/agents', { name, configuration });
      agents[name] = body.agent_id;
    }
    const agent_ids = Object.values(agents);
    const members = agent_ids.map((agent_id, index) => ({
      ...{ agent_id, execution_order: index + 1, input: { source: 'initial_prompt' } },
    }));
    const workflow_definition = { type, agents: members, config };
    const { status, body } = await ada.post('/api/v1/teams', { name: 'Team', agent_ids, workflow_definition });
    if (status !== 201) throw new Error(JSON.stringify(body));
    return new Team(body.team_id, agents);
  }

  /** Runs to its end; the address of the run. */
  async run(prompt = 'go'): Promise<string> {
    const asking = { headers: { prefer: 'wait=30' } };
    const { body } = await ada.post(`/api/v1/teams/${this.id}/execute`, { initial_prompt: prompt }, asking);
    expect(body).toMatchObject({ status: 'completed' });
    return `/api/v1/executions/${body.execution_id}`;
  }
}

const set = (name: string, value: unknown) => ({ name: 'context_set', input: { name, value } });
const write = (input: object) => ({ name: 'message_send', input });
const ask = (agent: string, question: string, rest: object = {}) => ({
  name: 'agent_ask',
  input: { agent, question, ...rest },
});

interface Change {
  readonly version: number;
  readonly key: string;
  readonly value: unknown;
  readonly previous_value: unknown;
  readonly changed_by: string | null;
}

describe('the shared context', () => {
  test('is variables, metadata and a version that each change adds one to', async () => {
    const team = await Team.of(
      'sequential',
      { Writer: [[set('topic', 'bread'), set('notes', 'crumb')], [set('notes', 'crust')], 'done'] },
      { context: { notes: { reducer: 'append', initial: ['flour'] } } },
    );
    const { body } = await ada.get(`${await team.run()}/context`);
    expect(body).toMatchObject({
      version: 5,
      variables: { initial_prompt: 'go', topic: 'bread', notes: ['flour', 'crumb', 'crust'] },
      metadata: { latest_version: 5, reducers: { notes: 'append' } },
    });
    expect(Date.parse(body.metadata.created_at)).toBeLessThanOrEqual(Date.parse(body.metadata.updated_at));
    const versions = body.history.map(({ version }: Change) => version);
    expect(versions).toEqual([1, 1, 1, 1, 1, 2, 3, 4, 5]);
    expect(body.history_total).toBe(9);
  });

  test('says who changed what, when, and what it was before', async () => {
    const team = await Team.of('sequential', {
      Writer: [[set('topic', 'bread')], 'written'],
      Editor: [[set('topic', { of: 'rolls' })], 'edited'],
    });
    const { body } = await ada.get(`${await team.run()}/context`);
    expect(body.history.filter(({ key }: Change) => key === 'topic')).toEqual([
      {
        ...{ version: 2, key: 'topic', value: 'bread', previous_value: null },
        ...{ changed_by: team.agents.Writer, step_id: 's1', timestamp: expect.stringMatching(/Z$/) },
        ...{ reducer: 'replace', written: 'bread', omitted: [] },
      },
      expect.objectContaining({
        ...{ version: 4, value: { of: 'rolls' }, previous_value: 'bread' },
        ...{ changed_by: team.agents.Editor, step_id: 's2' },
      }),
    ]);
  });

  test('holds what the run itself sets: four variables at the start, the result of each agent after it', async () => {
    const team = await Team.of('sequential', { Writer: ['{"pages": 3}'], Editor: ['shorter'] });
    const path = await team.run('write');
    const { body } = await ada.get(`${path}/context`);
    expect(body.variables).toEqual({
      ...{ initial_prompt: 'write', team_id: team.id, workflow_type: 'sequential' },
      execution_id: path.split('/').at(-1),
      [`agent_${team.agents.Writer}_result`]: expect.objectContaining({ result: '{"pages": 3}', data: { pages: 3 } }),
      [`agent_${team.agents.Editor}_result`]: expect.objectContaining({ result: 'shorter' }),
    });
    expect(body.history.every(({ changed_by }: Change) => changed_by === null)).toBe(true);
  });

  test('holds in a pipeline what is passed on, as pipeline_input', async () => {
    const team = await Team.of('pipeline', { First: ['one'], Second: ['two'] });
    const { body } = await ada.get(`${await team.run()}/context`);
    expect(body.history.slice(4).map(({ version, key, value }: Change) => [version, key, value])).toEqual([
      [2, `agent_${team.agents.First}_result`, expect.objectContaining({ result: 'one' })],
      [3, 'pipeline_input', 'one'],
      [4, `agent_${team.agents.Second}_result`, expect.objectContaining({ result: 'two' })],
      [5, 'pipeline_input', 'two'],
    ]);
  });

  test('is isolated per execution, and nobody else’s affair', async () => {
    const team = await Team.of('sequential', { Writer: [[set('topic', 'bread')], 'done'] });
    const [first, second] = [await team.run('one'), await team.run('two')];
    for (const [path, prompt] of [
      [first, 'one'],
      [second, 'two'],
    ]) {
      const { body } = await ada.get(`${path}/context`);
      expect(body).toMatchObject({ version: 3, variables: { initial_prompt: prompt, topic: 'bread' } });
    }
    const eve = await signUp(server.http);
    for (const path of ['context', 'context/diff', 'messages']) {
      expect((await eve.get(`${first}/${path}`)).body).toMatchObject({ status: 404, code: 'execution.not-found' });
      expect((await server.http.get(`${first}/${path}`)).status).toBe(401);
    }
  });

  test('has a snapshot of every version', async () => {
    const team = await Team.of('sequential', { Writer: [[set('topic', 'bread'), set('topic', 'rolls')], 'done'] });
    const path = await team.run();
    const { body } = await ada.get(`${path}/context`);
    const at: Record<string, unknown> = {};
    for (const change of body.history as Change[]) {
      at[change.key] = change.value;
      const snapshot = (await ada.get(`${path}/context?version=${change.version}`)).body;
      expect(snapshot.version).toBe(change.version);
      if (change.version > 1) expect(snapshot.variables).toEqual(at);
    }
    for (const version of ['0', '-1', '5', 'x', '1.5']) {
      const { body: refusal } = await ada.get(`${path}/context?version=${version}`);
      expect(refusal).toMatchObject({ status: 422, errors: { version: expect.arrayContaining([expect.any(String)]) } });
    }
    expect((await ada.get(`${path}/context?version=5`)).body).toMatchObject({
      code: 'context.version-unknown',
      errors: { version: ['must be a version that there is: the last one is 4'] },
    });
  });

  test('says what is different between two versions', async () => {
    const team = await Team.of('sequential', {
      Writer: [
        [set('topic', 'bread'), set('pages', 1)],
        [set('topic', 'rolls'), set('pages', 2), set('pages', 1)],
        'x',
      ],
    });
    const path = await team.run();
    const diff = async (query: string) => (await ada.get(`${path}/context/diff${query}`)).body;
    expect(await diff('?from=1&to=3')).toEqual({
      ...{ execution_id: path.split('/').at(-1), from: 1, to: 3 },
      added: [
        { key: 'pages', value: 1, previous_value: null },
        { key: 'topic', value: 'bread', previous_value: null },
      ],
      ...{ changed: [], removed: [] },
    });
    expect(await diff('?from=3&to=6')).toMatchObject({
      ...{ added: [], removed: [] },
      changed: [{ key: 'topic', value: 'rolls', previous_value: 'bread' }],
    });
    expect(await diff('?from=3&to=1')).toMatchObject({
      added: [],
      removed: [
        { key: 'pages', value: null, previous_value: 1 },
        { key: 'topic', value: null, previous_value: 'bread' },
      ],
    });
    expect(await diff('')).toMatchObject({
      from: 6,
      to: 7,
      added: [{ value: expect.objectContaining({ result: 'x' }) }],
    });
    expect(await diff('?from=9')).toMatchObject({ status: 422, errors: { from: [expect.stringContaining('7')] } });
    expect(await diff('?to=8')).toMatchObject({ status: 422, errors: { to: [expect.stringContaining('7')] } });
  });

  test('is answered with 304 to who knows it already', async () => {
    const team = await Team.of('sequential', { Writer: [[set('topic', 'bread')], 'done'] });
    const path = await team.run();
    for (const view of ['context', 'context?version=1', 'context/diff', 'messages']) {
      const { headers } = await ada.get(`${path}/${view}`);
      const again = await ada.get(`${path}/${view}`, { headers: { 'if-none-match': headers.get('etag') ?? '' } });
      expect([again.status, headers.get('cache-control')]).toEqual([304, 'private, no-cache']);
    }
  });

  test('leaves long values out of its history, saying so, and pages it', async () => {
    const long = 'crumb '.repeat(2_000);
    const team = await Team.of('sequential', { Writer: [[set('topic', long), set('topic', 'short')], 'done'] });
    const path = await team.run();
    const { body } = await ada.get(`${path}/context?limit=2&offset=4`);
    expect(body).toMatchObject({
      history_total: 7,
      history: [
        { version: 2, value: null, written: null, omitted: ['value', 'written'] },
        { version: 3, value: 'short', previous_value: null, omitted: ['previous_value'] },
      ],
    });
    expect((await ada.get(`${path}/context?version=2`)).body.variables.topic).toBe(long);
  });

  test('cannot be written over by agents where the run itself writes, and only what somebody knows is replaced', async () => {
    const guarded = { name: 'context_set', input: { name: 'topic', value: 'rolls', if_version: 0 } };
    const team = await Team.of('sequential', {
      Writer: [[set('initial_prompt', 'mine'), set('topic', 'bread'), guarded], 'done'],
    });
    const path = await team.run();
    const { body } = await ada.get(`${path}/context`);
    expect(body.variables).toMatchObject({ initial_prompt: 'go', topic: 'bread' });
    const failed = (await eventsOf(path)).filter(({ type }) => type === 'tool.failed');
    expect(failed.map(({ error }) => (error as { code: string }).code)).toEqual([
      'context.read-only',
      'context.changed',
    ]);
  });
});

test('how a run stands is answered from memory while it runs here: only its own routes read the context', async () => {
  const agents = [await simAgent(ada), await simAgent(ada, '[[sleep:60000]]')];
  const team = await teamOf(ada, 'sequential', agents);
  const { body: run } = await ada.post(`/api/v1/teams/${team}/execute`, { initial_prompt: 'go' });
  const path = `/api/v1/executions/${run.execution_id}`;
  await until('the second agent is at work', async () => (await ada.get(path)).body.active_agents[0] === agents[1]);
  const read = jest.spyOn(server.part(Journal), 'events');
  try {
    expect((await ada.get(path)).body).toMatchObject({ status: 'running', completed_agents: [agents[0]] });
    expect((await ada.get(`${path}/result`)).body.agent_results).toHaveProperty([agents[0] ?? '']);
    expect((await ada.get('/api/v1/executions')).body).toHaveLength(1);
    expect(read).not.toHaveBeenCalled();
    expect((await ada.get(`${path}/context`)).body).toMatchObject({ version: 2, history_total: 5 });
    expect(read).toHaveBeenCalledTimes(1);
  } finally {
    read.mockRestore();
    await ada.post(`${path}/stop`);
  }
});

describe('messages between agents', () => {
  test('are shown with all they are made of, oldest first', async () => {
    const team = await Team.of('sequential', {
      Writer: [
        [write({ to: 'Editor', content: 'Be kind.' }), write({ content: { pages: 3 }, type: 'context_update' })],
        'x',
      ],
      Editor: [[write({ to: 'Writer', content: 'Too long.', type: 'error' })], 'y'],
    });
    const path = await team.run();
    const { Writer, Editor } = team.agents;
    const { body } = await ada.get(`${path}/messages`);
    const message = {
      execution_id: path.split('/').at(-1),
      ...{ requires_response: false, response_timeout: null, response_message_id: null, request_message_id: null },
      timestamp: expect.stringMatching(/Z$/),
    };
    expect(body).toEqual({
      ...{ total: 3, page: 1, limit: 50, pages: 1 },
      items: [
        {
          ...{ ...message, message_id: 'm1', from_agent: Writer, to_agent: Editor, message_type: 'info' },
          ...{ content: { text: 'Be kind.' }, step_id: 's1' },
        },
        {
          ...{ ...message, message_id: 'm2', from_agent: Writer, to_agent: null, message_type: 'context_update' },
          ...{ content: { pages: 3 }, step_id: 's1' },
        },
        {
          ...{ ...message, message_id: 'm3', from_agent: Editor, to_agent: Writer, message_type: 'error' },
          ...{ content: { text: 'Too long.' }, step_id: 's2' },
        },
      ],
    });
  });

  test('are found by agent and type, page by page', async () => {
    const team = await Team.of('sequential', {
      Writer: [[write({ to: 'Editor', content: 'one' }), write({ to: 'Critic', content: 'two', type: 'error' })], 'x'],
      Editor: [[write({ content: 'three' })], 'y'],
      Critic: ['z'],
    });
    const path = await team.run();
    const { Editor, Critic } = team.agents;
    const ids = async (query: string): Promise<string[]> =>
      (await ada.get(`${path}/messages?${query}`)).body.items.map((one: { message_id: string }) => one.message_id);
    expect(await ids(`agent_id=${Editor}`)).toEqual(['m1', 'm3']);
    expect(await ids(`agent_id=${Critic}`)).toEqual(['m2', 'm3']);
    expect(await ids('message_type=error')).toEqual(['m2']);
    expect(await ids('limit=2&page=2')).toEqual(['m3']);
    expect(await ids('limit=2&page=9')).toEqual([]);
    expect((await ada.get(`${path}/messages?message_type=gossip`)).body).toMatchObject({ status: 422 });
  });

  test('include a request, for how long an answer is awaited, and the response to it', async () => {
    const team = await Team.of('sequential', {
      Writer: [[ask('Expert', 'How long?')], [ask('Expert', 'How wide?', { timeout_seconds: 2.5 })], 'x'],
      Expert: ['42'],
    });
    const path = await team.run();
    const { body } = await ada.get(`${path}/messages`);
    const { Writer, Expert } = team.agents;
    expect(body.items).toMatchObject([
      {
        ...{ message_id: 'm1', from_agent: Writer, to_agent: Expert, message_type: 'request', step_id: 's1' },
        ...{ content: { question: 'How long?' }, requires_response: true, response_timeout: 30 },
        ...{ response_message_id: 'm2', request_message_id: null },
      },
      {
        ...{ message_id: 'm2', from_agent: Expert, to_agent: Writer, message_type: 'response', step_id: 'c1' },
        ...{ content: { answer: '42' }, requires_response: false, response_timeout: null },
        ...{ response_message_id: null, request_message_id: 'm1' },
      },
      { message_id: 'm3', response_timeout: 2.5, response_message_id: 'm4' },
      { message_id: 'm4', request_message_id: 'm3', step_id: 'c2' },
    ]);
  });
});

interface Seen {
  readonly type: string;
  readonly step_id?: string;
  readonly [field: string]: unknown;
}

async function eventsOf(path: string): Promise<readonly Seen[]> {
  const client = await EventSourceClient.open(`${server.url}${path}/events?token=${ada.bearer}`);
  await client.ended;
  return client.data.filter(({ seq }) => seq) as unknown as readonly Seen[];
}

describe('the monitor of a run', () => {
  test('tells how it stands through tools, questions and answers, up to its end, and never falls back', async () => {
    const team = await Team.of('sequential', {
      Writer: [[set('topic', 'bread'), write({ content: 'hello' })], [ask('Expert', 'Why?')], 'x'],
      Expert: ['because'],
    });
    const { body: run } = await ada.post(`/api/v1/teams/${team.id}/execute`, { initial_prompt: 'go' });
    const path = `/api/v1/ws/executions/${run.execution_id}/monitor?token=${ada.bearer}`;
    const socket = new WebSocket(server.url.replace('http', 'ws') + path);
    const seen: { readonly type: string; readonly data: { readonly progress: number } }[] = [];
    socket.on('message', (frame: Buffer) => seen.push(JSON.parse(frame.toString('utf8'))));
    await once(socket, 'close');
    const progress = seen.map(({ data }) => data.progress);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    const { body: status } = await ada.get(`/api/v1/executions/${run.execution_id}`);
    expect(status).toMatchObject({ status: 'completed', total_steps: 2, waiting: [] });
    expect(seen.at(-1)).toMatchObject({ type: 'execution_update', data: status });
  });
});

describe('the events of a run', () => {
  test('tell every use of a tool, every change and every message, in the order in which they happened', async () => {
    const team = await Team.of('sequential', {
      Writer: [[set('topic', 'bread'), write({ to: 'Expert', content: 'hello' })], [ask('Expert', 'Why?')], 'x'],
      Expert: ['because'],
    });
    const seen = await eventsOf(await team.run());
    const { Writer, Expert } = team.agents;
    expect(seen.map(({ type, step_id }) => [type, step_id])).toEqual([
      ['execution.started', undefined],
      ['step.started', 's1'],
      ['tool.called', 's1'],
      ['context.changed', 's1'],
      ['tool.completed', 's1'],
      ['tool.called', 's1'],
      ['message.sent', 's1'],
      ['tool.completed', 's1'],
      ['tool.called', 's1'],
      ['message.sent', 's1'],
      ['step.waiting', 's1'],
      ['step.started', 'c1'],
      ['step.succeeded', 'c1'],
      ['tool.completed', 's1'],
      ['message.sent', 'c1'],
      ['step.succeeded', 's1'],
      ['step.started', 's2'],
      ['step.succeeded', 's2'],
      ['execution.finished', undefined],
    ]);
    expect(seen[2]).toMatchObject({ agent_id: Writer, attempt: 1, tool: { name: 'context_set', turn: 1, place: 0 } });
    expect(seen[3]).toMatchObject({
      agent_id: Writer,
      context: { key: 'topic', reducer: 'replace', value: 'bread', version: 2 },
    });
    const request = { message_id: 'm2', requires_response: true, response_timeout: 30 };
    expect(seen[9]?.message).toMatchObject({ ...request, from_agent: Writer, to_agent: Expert });
    expect(seen[14]).toMatchObject({
      agent_id: Expert,
      message: { message_type: 'response', from_agent: Expert, request_message_id: 'm2' },
    });
  });
});
