// Real here: HTTP to fake providers on free ports, the SDK's readers of both protocols, and SQLite in memory.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OutputSchemas } from '#libs/agents/index.js';
import { type Clock, ManualClock } from '#libs/kernel/index.js';
import { loadConfig } from '#libs/platform/config/index.js';
import { type KeysWorld, keysOn, keysWorld } from '#libs/providers/testing/keys.world.js';
import { ringOf } from '#libs/providers/testing/ring.js';
import { anthropic, startFakeAnthropic } from '../../test/fakes/fake-anthropic.js';
import { type FakeModelServer, HANG_UP, plain, SILENCE, stream } from '../../test/fakes/fake-model-server.js';
import { openAi, startFakeOpenAi } from '../../test/fakes/fake-openai.js';
import { RunnerFailure, type StepRequest } from './agent-runner.js';
import { LlmRunner } from './llm.runner.js';
import { IDLE_LIMIT_MS } from './model-call.js';
import { MemoryConversation } from './testing/memory.conversation.js';

const KEY = 'sk-very-secret-0123456789';
const never = new AbortController().signal;
const alone = new MemoryConversation();

let folder: string;
let openAiServer: FakeModelServer;
let anthropicServer: FakeModelServer;
let world: KeysWorld;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'renum-llm-'));
  openAiServer = await startFakeOpenAi();
  anthropicServer = await startFakeAnthropic();
  world = await keysWorld(loadConfig({ env: { RENUM_ENV: 'test' }, cwd: folder }));
});

afterEach(async () => {
  await openAiServer.stop();
  await anthropicServer.stop();
  await world.database.close();
  rmSync(folder, { recursive: true });
});

function runner(clock: Clock = new ManualClock(), more: NodeJS.ProcessEnv = {}): LlmRunner {
  const env = {
    RENUM_ENV: 'test',
    OPENAI_API_KEY: KEY,
    OPENAI_BASE_URL: `${openAiServer.origin}/v1`,
    ANTHROPIC_API_KEY: KEY,
    ANTHROPIC_BASE_URL: anthropicServer.origin,
    ...more,
  };
  const { providers, keys } = keysOn(world.database, loadConfig({ env, cwd: folder }), ringOf('k1'), clock);
  return new LlmRunner(providers, keys, new OutputSchemas(), clock);
}

function step(model: string | null, more: Partial<StepRequest> = {}): StepRequest {
  return {
    key: 'e1.s1.1',
    executionId: 'e1',
    stepId: 's1',
    attempt: 1,
    userId: 'u1',
    teamId: 't1',
    agent: { id: 'a1', name: 'A', runner: 'llm', model, systemPrompt: 'Be brief.' },
    input: [
      { text: 'Good', author: 'user' },
      { text: 'morning', author: 'agent' },
    ],
    context: () => ({}),
    messages: [],
    price: { inMicrosPer1k: 5_000, outMicrosPer1k: 15_000 },
    ...more,
  };
}

async function answer(model: string, { signal = never, clock }: { signal?: AbortSignal; clock?: Clock } = {}) {
  const deltas: string[] = [];
  const said = await runner(clock).run(step(model), { delta: (text) => deltas.push(text) }, signal, alone);
  return { ...said, deltas };
}

async function failure(model: string | null, use: LlmRunner = runner(), signal = never): Promise<RunnerFailure> {
  const error: unknown = await use.run(step(model), { delta: () => undefined }, signal, alone).then(
    () => new Error('the step succeeded'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof RunnerFailure)) throw error;
  expect(JSON.stringify(error.error)).not.toContain(KEY);
  return error;
}

describe('a step on a model of OpenAI', () => {
  it('streams its answer and tells what it used and cost', async () => {
    const { text, deltas, usage } = await answer('openai/gpt-4o');
    expect(text).toBe('You said: Good\n\nmorning');
    expect(deltas).toEqual(['You ', 'said: ', 'Good\n\n', 'morning']);
    expect(usage).toEqual({
      provider: 'openai',
      model: 'gpt-4o',
      keyType: 'renum_native',
      tokensIn: 12,
      tokensOut: 7,
      requests: 1,
      costMicros: 165,
      incomplete: false,
    });
  });

  it('asks as the protocol says, under the idempotency key of the attempt', async () => {
    await answer('gpt-4o');
    const { path, headers, body } = await openAiServer.request();
    expect(path).toBe('/v1/chat/completions');
    expect(headers).toMatchObject({ authorization: `Bearer ${KEY}`, 'idempotency-key': 'e1.s1.1' });
    expect(body).toMatchObject({
      model: 'gpt-4o',
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 16_384,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Good\n\nmorning' },
      ],
    });
  });

  it('sends no system message when the agent has none, and names the limit as reasoning models want it', async () => {
    const { agent } = step('o4-mini');
    await runner().run(
      step('o4-mini', { agent: { ...agent, systemPrompt: '' } }),
      { delta: () => undefined },
      never,
      alone,
    );
    const { body } = await openAiServer.request();
    expect(body.messages).toEqual([{ role: 'user', content: 'Good\n\nmorning' }]);
    expect(body).toMatchObject({ max_completion_tokens: 32_768 });
    expect(body).not.toHaveProperty('max_tokens');
  });

  it('keeps an answer that was cut at its limit, and says so', async () => {
    openAiServer.next(openAi.says('half of it', { finish: 'length' }));
    const { text, note } = await answer('gpt-4o');
    expect(text).toBe('half of it');
    expect(note).toContain('16384 tokens');
  });

  it('marks the cost as incomplete when the provider tells no usage', async () => {
    openAiServer.next(openAi.says('hello', { usage: null }));
    const { usage } = await answer('gpt-4o');
    expect(usage).toMatchObject({ tokensIn: 0, tokensOut: 0, costMicros: 0, incomplete: true, requests: 1 });
  });

  it('marks the cost as incomplete when nobody knows the price', async () => {
    const { usage } = await runner().run(step('gpt-4o', { price: null }), { delta: () => undefined }, never, alone);
    expect(usage).toMatchObject({ tokensIn: 12, tokensOut: 7, costMicros: 0, incomplete: true });
  });

  it.each([
    [401, 'provider.refused-key'],
    [403, 'provider.refused-key'],
    [408, 'timeout'],
    [504, 'timeout'],
    [429, 'rate_limit'],
    [500, 'server_error'],
    [503, 'server_error'],
    [529, 'server_error'],
    [400, 'invalid'],
    [404, 'invalid'],
    [422, 'invalid'],
  ])('answered %i, it fails with %s and quotes why', async (status, code) => {
    openAiServer.next(openAi.refuses(status, 'because of the weather'));
    const failed = await failure('gpt-4o');
    expect(failed.error).toEqual({ code, message: `openai answered ${status}: because of the weather` });
    expect(failed.usage).toBeNull();
  });

  it('never repeats its key, even where the provider does', async () => {
    openAiServer.next(openAi.refuses(401, `Incorrect API key provided: ${KEY}. Also sk-another-one-1234567890.`));
    const failed = await failure('gpt-4o');
    expect(failed.error.message).toBe('openai answered 401: Incorrect API key provided: ***. Also sk-***');
    openAiServer.next(openAi.failsInStream('x', { message: `bad ${KEY}`, type: 'server_error' }));
    expect((await failure('gpt-4o')).error.message).toBe('openai broke off: bad ***');
  });

  it('waits as long as the provider asks', async () => {
    openAiServer.next(openAi.refuses(429, 'slow down', { 'retry-after': '7' }));
    expect((await failure('gpt-4o')).retryAfterMs).toBe(7_000);
  });

  it('asks once only: repeating is not its affair', async () => {
    openAiServer.next(openAi.refuses(500, 'oops'), openAi.refuses(429, 'oops'));
    await failure('gpt-4o');
    expect(openAiServer.requests).toHaveLength(1);
  });

  it('follows no redirect with its key', async () => {
    openAiServer.next(plain(307, '', { location: `${anthropicServer.origin}/v1/chat/completions` }));
    expect((await failure('gpt-4o')).error).toEqual({ code: 'invalid', message: 'openai answered 307' });
    expect(anthropicServer.requests).toHaveLength(0);
  });

  it.each([
    ['ends without saying how', () => openAi.stops('Hello wor', 'end'), 'server_error'],
    ['breaks in the middle', () => openAi.stops('Hello wor', 'reset'), 'network'],
    ['holds half a JSON', () => openAi.breaksJson('Hello'), 'server_error'],
    ['is empty', () => openAi.says(''), 'server_error'],
    ['is nothing but blanks', () => openAi.says('  \n'), 'server_error'],
    ['is nothing but a spent limit', () => openAi.says('', { finish: 'length' }), 'provider.answer-cut'],
    ['holds no frame at all', () => stream([]), 'server_error'],
    ['is a web page', () => plain(200, '<html>Welcome</html>', { 'content-type': 'text/html' }), 'server_error'],
    ['is no body', () => [...plain(204, '').slice(0, 1), { does: 'end' as const }], 'server_error'],
    ['is a refusal', () => openAi.says('', { refusal: 'I cannot help with that.' }), 'provider.refused-answer'],
    ['is filtered', () => openAi.says('Well', { finish: 'content_filter' }), 'provider.refused-answer'],
    ['is an error inside the stream', () => openAi.failsInStream('Hel', { message: 'no', type: 'x' }), 'server_error'],
    [
      'is a rate limit inside it',
      () => openAi.failsInStream('Hel', { message: 'no', code: 'rate_limit_exceeded' }),
      'rate_limit',
    ],
    ['is a timeout inside it', () => openAi.failsInStream('Hel', { message: 'no', type: 'timeout_error' }), 'timeout'],
    [
      'is a bad request inside it',
      () => openAi.failsInStream('', { message: 'no', type: 'invalid_request_error' }),
      'invalid',
    ],
    ['is a bare text inside it', () => openAi.failsInStream('', 'no'), 'server_error'],
    ['breaks before it begins', () => HANG_UP, 'network'],
  ])('never pretends a success when the answer %s', async (_, script, code) => {
    openAiServer.next(script());
    const { error } = await failure('gpt-4o');
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/^openai /);
    expect(error.message).not.toMatch(/127\.0\.0\.1/);
  });

  it('says that a provider cannot be reached, without its host', async () => {
    const unused = await startFakeOpenAi();
    const { origin } = unused;
    await unused.stop();
    const { error } = await failure('gpt-4o', runner(new ManualClock(), { OPENAI_BASE_URL: `${origin}/v1` }));
    expect(error).toEqual({
      code: 'network',
      message: 'openai could not be reached, or broke off its answer (ECONNREFUSED).',
    });
  });

  it.each([
    ['before the answer', () => SILENCE],
    ['in the middle', () => openAi.stops('Hello wor', 'stall')],
  ])('gives a provider up that falls silent %s, and hangs up', async (_, script) => {
    openAiServer.next(script());
    const clock = new ManualClock();
    const failing = failure('gpt-4o', runner(clock));
    const request = await openAiServer.request();
    clock.advance(IDLE_LIMIT_MS);
    expect((await failing).error).toEqual({ code: 'timeout', message: 'openai sent nothing for 240 seconds.' });
    await request.hungUp;
  });

  it('counts the silence from the last word', async () => {
    openAiServer.next(openAi.stops('Hello', 'stall'));
    const clock = new ManualClock();
    let heard = (): void => undefined;
    const word = new Promise<void>((resolve) => {
      heard = resolve;
    });
    const abort = new AbortController();
    const running = runner(clock).run(step('gpt-4o'), { delta: () => heard() }, abort.signal, alone);
    await openAiServer.request();
    clock.advance(1_000);
    await word;
    clock.advance(IDLE_LIMIT_MS - 1);
    expect(clock.waiting).toBe(1);
    abort.abort();
    await expect(running).rejects.toMatchObject({ error: { code: 'runner.aborted' } });
    expect(clock.waiting).toBe(0);
  });
});

describe('a step that is aborted', () => {
  it.each([
    ['before the answer', () => SILENCE],
    ['in the middle of the answer', () => openAi.stops('Hello wor', 'stall')],
  ])('really hangs up %s', async (_, script) => {
    openAiServer.next(script());
    const abort = new AbortController();
    const failing = failure('gpt-4o', runner(), abort.signal);
    const request = await openAiServer.request();
    abort.abort();
    expect((await failing).error.code).toBe('runner.aborted');
    await request.hungUp;
  });

  it('asks nobody when it was aborted before', async () => {
    const abort = new AbortController();
    abort.abort();
    expect((await failure('gpt-4o', runner(), abort.signal)).error.code).toBe('runner.aborted');
    expect(openAiServer.requests).toHaveLength(0);
  });

  it('reports what was used until then, as far as it is known', async () => {
    anthropicServer.next(anthropic.stops('Hello wor', 'stall'));
    const abort = new AbortController();
    const deltas: string[] = [];
    const running = runner().run(
      step('claude-sonnet-4'),
      { delta: (text) => deltas.push(text) && deltas.length === 2 && abort.abort() },
      abort.signal,
      alone,
    );
    await expect(running).rejects.toMatchObject({
      error: { code: 'runner.aborted' },
      usage: { provider: 'anthropic', tokensIn: 12, tokensOut: 0, costMicros: 60, incomplete: true },
    });
    await (await anthropicServer.request()).hungUp;
  });
});

describe('a step on a model of Anthropic', () => {
  it('streams its answer and tells what it used', async () => {
    const { text, deltas, usage } = await answer('anthropic/claude-sonnet-4');
    expect(text).toBe('You said: Good\n\nmorning');
    expect(deltas).toHaveLength(4);
    expect(usage).toMatchObject({ provider: 'anthropic', model: 'claude-sonnet-4', tokensIn: 12, tokensOut: 7 });
    const { path, headers, body } = await anthropicServer.request();
    expect(path).toBe('/v1/messages');
    expect(headers).toMatchObject({ 'x-api-key': KEY, 'idempotency-key': 'e1.s1.1' });
    expect(body).toMatchObject({
      model: 'claude-sonnet-4',
      stream: true,
      system: [{ type: 'text', text: 'Be brief.' }],
    });
  });

  it('tolerates the version at the end of the base', async () => {
    const versioned = runner(new ManualClock(), { ANTHROPIC_BASE_URL: `${anthropicServer.origin}/v1/` });
    await versioned.run(step('claude-sonnet-4'), { delta: () => undefined }, never, alone);
    expect((await anthropicServer.request()).path).toBe('/v1/messages');
  });

  it.each([
    ['is cut off', () => anthropic.stops('Hello wor', 'end'), 'server_error'],
    ['breaks', () => anthropic.stops('Hello wor', 'reset'), 'network'],
    ['is refused', () => anthropic.says('I would rather', { stop: 'refusal' }), 'provider.refused-answer'],
    ['is empty', () => anthropic.says(''), 'server_error'],
    [
      'is an overload at once',
      () => anthropic.failsInStream('', { type: 'overloaded_error', message: 'Busy' }),
      'server_error',
    ],
    [
      'is a rate limit in the middle',
      () => anthropic.failsInStream('Hel', { type: 'rate_limit_error', message: 'No' }),
      'rate_limit',
    ],
    [
      'is an authentication error',
      () => anthropic.failsInStream('Hel', { type: 'authentication_error', message: 'No' }),
      'provider.refused-key',
    ],
    ['is 529', () => anthropic.refuses(529, 'Overloaded'), 'server_error'],
    ['is 401', () => anthropic.refuses(401, 'invalid x-api-key'), 'provider.refused-key'],
  ])('never pretends a success when the answer %s', async (_, script, code) => {
    anthropicServer.next(script());
    expect((await failure('claude-sonnet-4')).error.code).toBe(code);
  });

  it('reports the tokens of a stream that broke after it had told of them', async () => {
    anthropicServer.next(anthropic.stops('Hello wor', 'end'));
    expect((await failure('claude-sonnet-4')).usage).toMatchObject({ tokensIn: 12, tokensOut: 0, incomplete: true });
  });
});

describe('a step whose model nobody can serve', () => {
  it('fails at once without a key, naming the variable and the route', async () => {
    const keyless = runner(new ManualClock(), { OPENAI_API_KEY: undefined });
    const { error } = await failure('gpt-4o', keyless);
    expect(error.code).toBe('provider.no-key');
    expect(error.message).toContain('OPENAI_API_KEY');
    expect(error.message).toContain('POST /api/v1/api-keys');
    expect(openAiServer.requests).toHaveLength(0);
  });

  it.each([
    ['oracle', 'model.unknown', '"oracle"'],
    ['nowhere/model', 'provider.unknown', 'openai, anthropic, google, sim'],
    [null, 'model.missing', 'RENUM_DEFAULT_MODEL'],
  ])('says so: %s', async (model, code, text) => {
    const { error } = await failure(model);
    expect(error.code).toBe(code);
    expect(error.message).toContain(text);
  });
});

describe('a step on an endpoint of the operator', () => {
  const use = (): LlmRunner => {
    const yaml = `providers:\n  local:\n    baseUrl: ${openAiServer.origin}/v1/\n    apiKeyEnv: LOCAL_KEY\n    models: [llama3]\n`;
    writeFileSync(join(folder, 'default.yaml'), yaml);
    return runner(new ManualClock(), { LOCAL_KEY: KEY, RENUM_CONFIG_DIR: folder });
  };

  it.each(['local/llama3', 'llama3'])('is found as %s', async (model) => {
    const { usage } = await use().run(step(model), { delta: () => undefined }, never, alone);
    expect(usage).toMatchObject({ provider: 'local', model: 'llama3' });
    expect((await openAiServer.request()).path).toBe('/v1/chat/completions');
  });

  it('serves only the models it lists', async () => {
    const { error } = await failure('local/gpt-4o', use());
    expect(error).toEqual({ code: 'model.unknown', message: 'local does not offer "gpt-4o". It offers: llama3.' });
  });
});
