// Real here: HTTP to a fake agent on a free port, through the outbound guard; a database.
import { createHmac } from 'node:crypto';
import { agentsEntities, type RunnerSecrets } from '#libs/agents/index.js';
import { KeptAgents } from '#libs/agents/testing/kept-agents.js';
import { ManualClock, Secret } from '#libs/kernel/index.js';
import type { Database } from '#libs/platform/database/index.js';
import { testDatabase } from '#libs/platform/database/testing/test-database.js';
import type { Outbound } from '#libs/platform/outbound/index.js';
import { outboundTo } from '#libs/platform/outbound/testing/outbound-to.js';
import { migrations } from '#migrations/index.js';
import { agent as fake, startFakeAgent } from '../../test/fakes/fake-agent.js';
import { type FakeModelServer, HANG_UP, plain, SILENCE } from '../../test/fakes/fake-model-server.js';
import type { RunnerAnswer, StepRequest } from './agent-runner.js';
import { RunnerFailure } from './agent-runner.js';
import { HttpRunner } from './http.runner.js';

const KEY = 'Bearer key-of-ada-0123456789';
const NOW = Date.UTC(2026, 10, 22, 11);
const never = new AbortController().signal;

let server: FakeModelServer;
let database: Database;
let outbound: Outbound;
let agents: KeptAgents;
let runner: HttpRunner;

beforeEach(async () => {
  server = await startFakeAgent();
  database = await testDatabase({ entities: [...agentsEntities], migrations });
  agents = new KeptAgents(database);
  outbound = outboundTo(new URL(server.origin).host);
  runner = runnerWith(outbound);
});

afterEach(async () => {
  await outbound.close();
  await server.stop();
  await database.close();
});

const runnerWith = (through: Outbound): HttpRunner => new HttpRunner(through, agents.secrets, new ManualClock(NOW));

const secretsOf = (headers: Record<string, string>, secret?: string): RunnerSecrets => ({
  headers: new Map(Object.entries(headers).map(([name, value]) => [name, new Secret(value)])),
  secret: secret === undefined ? null : new Secret(secret),
});

const NO_SECRETS = secretsOf({});

function step(url: string, more: Partial<StepRequest> = {}): StepRequest {
  return {
    key: 'e1.s1.2',
    executionId: 'e1',
    stepId: 's1',
    attempt: 2,
    userId: 'u1',
    teamId: 't1',
    agent: { id: 'a1', name: 'A', runner: 'http', model: null, systemPrompt: '', target: { kind: 'http', url } },
    input: [
      { text: 'Good', author: 'user' },
      { text: 'morning', author: 'agent' },
    ],
    context: () => ({ initial_prompt: 'Good', agent_a0_result: { result: 'morning', execution_time: 1 } }),
    messages: [],
    price: null,
    ...more,
  };
}

async function answer(secrets = NO_SECRETS, more: Partial<StepRequest> = {}, signal = never): Promise<RunnerAnswer> {
  const url = `${server.origin}/run?team=1`;
  await agents.keep(url, secrets);
  return runner.run(step(url, more), { delta: () => undefined }, signal);
}

async function failureOf(running: Promise<unknown>): Promise<RunnerFailure> {
  const error = await running.then(
    () => new Error('the step succeeded'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof RunnerFailure)) throw error;
  return error;
}

describe('a step of an agent behind an address of its own', () => {
  it('brings what other agents wrote', async () => {
    const message = { message_id: 'm1', from_agent: 'a2', message_type: 'info', content: { text: 'hi' } };
    await answer(NO_SECRETS, { messages: [{ ...message, from_name: 'Analyst' }] });
    expect((await server.request()).body.messages).toEqual([message]);
  });

  it('is one POST that holds all an agent needs', async () => {
    const { text, data, usage } = await answer();
    expect(text).toBe('You said: Good\n\nmorning');
    expect(data).toBeUndefined();
    expect(usage).toMatchObject({ provider: 'http', keyType: 'user_provided', requests: 1, incomplete: true });
    const { path, headers, body } = await server.request();
    expect(path).toBe('/run?team=1');
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      accept: 'application/json',
      'user-agent': 'renum',
      'idempotency-key': 'e1.s1.2',
    });
    expect(Object.keys(headers).filter((name) => name.startsWith('webhook'))).toEqual([]);
    expect(body).toEqual({
      execution_id: 'e1',
      step_id: 's1',
      attempt: 2,
      agent_id: 'a1',
      input: 'Good\n\nmorning',
      context: { initial_prompt: 'Good', agent_a0_result: { result: 'morning', execution_time: 1 } },
      messages: [],
    });
  });

  it('carries the headers of its owner, which may take the place of defaults', async () => {
    await answer(secretsOf({ Authorization: KEY, 'User-Agent': 'ada', 'x-Trace': '1 2' }));
    expect((await server.request()).headers).toMatchObject({
      authorization: KEY,
      'user-agent': 'ada',
      'x-trace': '1 2',
    });
  });

  it.each([
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64')],
    ['a secret of its own: ä', Buffer.from('a secret of its own: ä', 'utf8')],
  ])('is signed with %s as Standard Webhooks says', async (secret, key) => {
    await answer(secretsOf({}, secret));
    const { headers, text } = await server.request();
    expect(headers).toMatchObject({ 'webhook-id': 'e1.s1.2', 'webhook-timestamp': String(NOW / 1_000) });
    const signature = createHmac('sha256', key)
      .update(`e1.s1.2.${NOW / 1_000}.${text}`)
      .digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${signature}`);
  });

  it('gives back data, and counts what the agent says it used', async () => {
    server.next(fake.says('done', { data: { a: [1] }, usage: { tokens_input: 3, tokens_output: 4, cost_usd: 0.25 } }));
    expect(await answer()).toEqual({
      text: 'done',
      data: { a: [1] },
      usage: {
        provider: 'http',
        model: 'http',
        keyType: 'user_provided',
        tokensIn: 3,
        tokensOut: 4,
        requests: 1,
        costMicros: 250_000,
        incomplete: false,
      },
    });
  });

  it('counts tokens at the price of its model where the agent names no cost', async () => {
    const usage = { tokens_input: 1_000, tokens_output: 1_000 };
    const { agent } = step('http://x/');
    server.next(fake.says('', { usage }), fake.says('', { usage }));
    const price = { inMicrosPer1k: 5_000, outMicrosPer1k: 15_000 };
    const known = await answer(NO_SECRETS, { agent: { ...agent, model: 'gpt-4o', target: target() }, price });
    expect(known.usage).toMatchObject({ model: 'gpt-4o', costMicros: 20_000, incomplete: false });
    expect((await answer()).usage).toMatchObject({ tokensIn: 1_000, costMicros: 0, incomplete: true });
  });

  const target = () => ({ kind: 'http' as const, url: `${server.origin}/` });

  it('fails with what the agent answered, and the pause it asks for', async () => {
    server.next(fake.refuses(429, { error: { message: 'slow down' } }, { 'retry-after': '7' }));
    expect(await failureOf(answer())).toMatchObject({
      error: { code: 'rate_limit', message: 'The agent answered 429: slow down' },
      retryAfterMs: 7_000,
      usage: null,
    });
  });

  it.each([
    ['breaks the connection', HANG_UP, 'network'],
    ['sends more than 10 MiB', plain(200, `"${'x'.repeat(10 * 1024 * 1024)}"`), 'invalid'],
    ['sends no JSON', plain(200, 'hello'), 'invalid'],
  ])('fails when the agent %s', async (_, script, code) => {
    server.next(script);
    const { error } = await failureOf(answer());
    expect(error.code).toBe(code);
    expect(error.message).not.toContain('127.0.0.1');
  });

  it('goes nowhere that the operator did not allow, and is not tried again', async () => {
    await outbound.close();
    outbound = outboundTo();
    runner = runnerWith(outbound);
    const { error } = await failureOf(answer());
    expect(error.code).toBe('outbound.refused');
    expect(server.requests).toEqual([]);
  });

  it('closes the connection when it is taken back', async () => {
    server.next(SILENCE);
    const taken = new AbortController();
    const failing = failureOf(answer(NO_SECRETS, {}, taken.signal));
    const { hungUp } = await server.request();
    taken.abort();
    expect((await failing).error.code).toBe('runner.aborted');
    await hungUp;
  });

  it('asks nobody when it was taken back before it began', async () => {
    expect((await failureOf(answer(NO_SECRETS, {}, AbortSignal.abort()))).error.code).toBe('runner.aborted');
    expect(server.requests).toEqual([]);
  });
});

describe('what an agent is called with', () => {
  const secrets = () => secretsOf({ Authorization: KEY, 'x-key': 'key-of-ada' }, 'signing-secret-0123');

  it('does not come back in what the agent says', async () => {
    server.next(
      fake.says(`You sent ${KEY}`, { data: { headers: { [KEY]: ['key-of-ada-0123456789', 'signing-secret-0123'] } } }),
    );
    const { text, data } = await answer(secrets());
    expect(text).toBe('You sent ***');
    expect(data).toEqual({ headers: { '***': ['***', '***'] } });
  });

  it('does not come back in what it refuses', async () => {
    server.next(fake.refuses(400, { error: `${KEY} and signing-secret-0123 are wrong` }));
    expect((await failureOf(answer(secrets()))).error).toEqual({
      code: 'invalid',
      message: 'The agent answered 400: *** and *** are wrong',
    });
  });

  it('is read when it is called: a run that began before uses what is there now', async () => {
    const url = `${server.origin}/run`;
    await agents.keep(url, secretsOf({ 'x-key': 'old' }));
    await agents.keep(url, secretsOf({ 'x-key': 'new' }));
    await runner.run(step(url), { delta: () => undefined }, never);
    expect((await server.request()).headers['x-key']).toBe('new');
  });

  it('is not sent to an address that the agent has left', async () => {
    await agents.keep('https://elsewhere.example/run', secrets());
    const left = runner.run(step(`${server.origin}/run`), { delta: () => undefined }, never);
    expect((await failureOf(left)).error.code).toBe('agent.moved');
    expect(server.requests).toEqual([]);
  });

  it('is gone with the agent: the step says so', async () => {
    const gone = runner.run(step(`${server.origin}/run`), { delta: () => undefined }, never);
    expect((await failureOf(gone)).error.code).toBe('agent.not-found');
    const { agent } = step('http://x/');
    const nowhere = { ...agent, target: { kind: 'suna' as const, agentId: 'x' } };
    const lost = runner.run(step('http://x/', { agent: nowhere }), { delta: () => undefined }, never);
    expect((await failureOf(lost)).error.code).toBe('runner.no-address');
  });

  it('is not guessed when it cannot be opened', async () => {
    await agents.keep(`${server.origin}/run`, secrets());
    await database.work.write("UPDATE agent SET runner_secrets = 'rnm1.k9.A256GCM.AAAA' WHERE id = 'a1'");
    const running = runner.run(step(`${server.origin}/run`), { delta: () => undefined }, never);
    await expect(running).rejects.toMatchObject({ code: 'secret.broken' });
    expect(server.requests).toEqual([]);
  });
});
