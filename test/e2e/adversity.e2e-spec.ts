// Real: the whole server over HTTP. A stand-in: providers of both protocols, on a day on which nothing works at once.
import { anthropic, startFakeAnthropic } from '../fakes/fake-anthropic.js';
import { type Act, FakeModelServer, lastMessageOf, plain, type RecordedRequest } from '../fakes/fake-model-server.js';
import { openAi, startFakeOpenAi } from '../fakes/fake-openai.js';
import { type HttpClient, signUp, startServer } from '../harness/index.js';

jest.setTimeout(60_000);

const HALF: Act = { does: 'send', text: 'data: {"type":"content_block_delta","choices":[{"index":0,"del\n\n' };
const wholeButEnd = (whole: readonly Act[]): readonly Act[] => whole.slice(0, -4);

/** Ways in which an answer does not come, all of which are worth another attempt. */
const troublesOf = (says: (text: string) => readonly Act[]): readonly (readonly Act[])[] => [
  plain(429, { error: { message: 'Slow down.' } }, { 'retry-after-ms': '5' }),
  [...wholeButEnd(says('half of an answer that breaks')), { does: 'reset' }],
  [...wholeButEnd(says('half of an answer that ends')), { does: 'end' }],
  [...wholeButEnd(says('half of a frame')), HALF, { does: 'end' }],
  plain(500, { error: { message: 'Oops.' } }),
  [...wholeButEnd(says('an answer that stalls')), { does: 'stall' }],
];

const PROTOCOLS = {
  openai: { model: 'openai/gpt-4o', start: startFakeOpenAi, fake: openAi },
  anthropic: { model: 'claude-sonnet-4', start: startFakeAnthropic, fake: anthropic },
} as const;

/** How the instructions of an agent begin on whose answer the workflow branches, and what it says in the end. */
const SAYINGS = [
  ['You sort requests', '{"category": "billing", "priority": 4}'],
  ['You test', '{"verdict": "pass"}'],
] as const;

const systemOf = ({ body }: RecordedRequest): string => JSON.stringify(body.system ?? Object(body.messages)[0]);

let server: FakeModelServer;
afterEach(() => server.stop());

/** Every member may try often, and soon gives an attempt up. */
async function patient(http: HttpClient, team: string): Promise<void> {
  const { workflow_definition } = (await http.get(`/api/v1/teams/${team}`)).body;
  const agents = workflow_definition.agents.map((agent: object) => ({
    ...agent,
    timeout: 1,
    retry_config: { max_attempts: 5, initial_delay: 0.01 },
  }));
  const { status, body } = await http.put(`/api/v1/teams/${team}`, {
    workflow_definition: { ...workflow_definition, agents },
  });
  if (status !== 200) throw new Error(JSON.stringify(body));
}

describe.each(['openai', 'anthropic'] as const)('on a bad day of %s', (protocol) => {
  const { model, start, fake } = PROTOCOLS[protocol];

  test.each(['market-analysis', 'software-team', 'customer-service'])('the team of %s comes to its end', async (id) => {
    server = await start();
    const troubles = troublesOf((text) => fake.says(text));
    const asked = new Map<string, number>();
    let suffered = 0;
    // Each agent meets two troubles, uses a tool, meets a third in the middle of that attempt, and comes through then.
    server.when(/./s, (request) => {
      const system = systemOf(request);
      const before = asked.get(system) ?? 0;
      asked.set(system, before + 1);
      if ([0, 1, 3].includes(before)) return troubles[suffered++ % troubles.length] ?? null;
      const hasUsedTool = lastMessageOf(request).includes('"version"');
      if (!hasUsedTool) return fake.calls([{ name: 'context_set', input: { name: 'topic', value: before } }]);
      return fake.says(SAYINGS.find(([beginning]) => system.includes(beginning))?.[1] ?? 'Well done.');
    });

    const { http } = await startServer({
      OPENAI_API_KEY: 'k',
      OPENAI_BASE_URL: `${server.origin}/v1`,
      ANTHROPIC_API_KEY: 'k',
      ANTHROPIC_BASE_URL: server.origin,
    });
    const ada = await signUp(http);
    const made = await ada.post(`/api/v1/templates/${id}/instantiate`, { models: { '*': model } });
    const team = made.body.team_id;
    await patient(ada, team);
    const wait = { headers: { prefer: 'wait=40' } };
    const { body } = await ada.post(`/api/v1/teams/${team}/execute`, { initial_prompt: 'Please.' }, wait);
    expect(body.status).toBe('completed');
    expect(suffered).toBeGreaterThanOrEqual(9);
    expect(server.open).toEqual([]);
  });
});
