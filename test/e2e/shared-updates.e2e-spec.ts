// Real: the whole server over HTTP, records on disk. A stand-in: the servers of OpenAI, which play ten busy agents.
import { type FakeCall, FakeModelServer, type RecordedRequest } from '../fakes/fake-model-server.js';
import { openAi } from '../fakes/fake-openai.js';
import { DURABLE, type HttpClient, signUp, startServer } from '../harness/index.js';

const AGENTS = 10;
const UPDATES = 1_000;
/** As many as one turn may hold. */
const AT_ONCE = 32;

/** The update of this number of this agent: each reducer in turn, and no two updates alike. */
function updateOf(agent: number, number: number): FakeCall {
  const unique = agent * UPDATES + number;
  const writes = [
    { name: 'list', value: unique },
    { name: 'total', value: 2 },
    { name: 'highest', value: unique },
    { name: 'table', value: { [unique]: 1 } },
  ];
  return { name: 'context_set', input: writes[number % writes.length] ?? {} };
}

function answered({ body }: RecordedRequest) {
  const messages = body.messages as readonly { readonly role: string; readonly content: string }[];
  const agent = Number(messages.find(({ role }) => role === 'system')?.content);
  const first = messages.filter(({ role }) => role === 'assistant').length * AT_ONCE;
  const numbers = Array.from({ length: Math.min(AT_ONCE, UPDATES - first) }, (_, index) => first + index);
  return numbers.length === 0 ? openAi.says('done') : openAi.calls(numbers.map((number) => updateOf(agent, number)));
}

const config = {
  context: {
    list: { reducer: 'append' },
    total: { reducer: 'sum', initial: 0 },
    highest: { reducer: 'max' },
    table: { reducer: 'merge', initial: {} },
  },
};

async function busyTeam(http: HttpClient): Promise<string> {
  const agent_ids: string[] = [];
  for (let agent = 0; agent < AGENTS; agent++) {
    const configuration = { model: 'openai/gpt-4o', system_prompt: String(agent) };
    const { body } = await http.post('/api/v1/agents', { name: `Agent ${agent}`, configuration });
    agent_ids.push(body.agent_id);
  }
  const agents = agent_ids.map((agent_id) => ({ agent_id, input: { source: 'initial_prompt' } }));
  const workflow_definition = { type: 'parallel', agents, config };
  const { body } = await http.post('/api/v1/teams', { name: 'Busy', agent_ids, workflow_definition });
  return body.team_id;
}

test('ten agents write a thousand updates each to variables they share: every one is there, once', async () => {
  const model = await FakeModelServer.start(answered);
  try {
    const server = await startServer({ OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: `${model.origin}/v1`, ...DURABLE });
    const ada = await signUp(server.http);
    const team = await busyTeam(ada);
    const { body: run } = await ada.post(
      `/api/v1/teams/${team}/execute`,
      { initial_prompt: 'go' },
      { headers: { prefer: 'wait=120' } },
    );
    expect(run).toMatchObject({ status: 'completed' });
    const path = `/api/v1/executions/${run.execution_id}`;
    const { body } = await ada.get(`${path}/context`);
    const all = Array.from({ length: AGENTS * UPDATES }, (_, unique) => unique);
    const quarter = (place: number): number[] => all.filter((unique) => (unique % UPDATES) % 4 === place);
    const { list, total, highest, table } = body.variables;
    expect((list as number[]).toSorted((a, b) => a - b)).toEqual(quarter(0));
    expect(total).toBe((AGENTS * UPDATES * 2) / 4);
    expect(highest).toBe(Math.max(...quarter(2)));
    expect(Object.keys(table).map(Number)).toEqual(quarter(3));
    expect(body.version).toBe(1 + AGENTS * UPDATES + AGENTS);
  } finally {
    await model.stop();
  }
}, 120_000);
