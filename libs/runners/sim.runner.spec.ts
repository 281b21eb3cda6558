import { type Clock, ManualClock, SystemClock } from '#libs/kernel/index.js';
import { RunnerFailure, type StepRequest } from './agent-runner.js';
import { SimRunner } from './sim.runner.js';
import { type FakeTool, MemoryConversation } from './testing/memory.conversation.js';

const step = (
  input: StepRequest['input'] | string,
  more: { systemPrompt?: string; attempt?: number } = {},
): StepRequest => ({
  key: 'e1.s1.1',
  executionId: 'e1',
  stepId: 's1',
  attempt: more.attempt ?? 1,
  userId: 'u1',
  teamId: 't1',
  agent: { id: 'a1', name: 'Echo', runner: 'sim', model: 'sim/echo', systemPrompt: more.systemPrompt ?? '' },
  input: typeof input === 'string' ? [{ text: input, author: 'user' }] : input,
  context: () => ({}),
  messages: [],
  price: null,
});

const never = new AbortController().signal;
const alone = new MemoryConversation();
const silent = { delta: () => undefined };
const run = (request: StepRequest, clock: Clock = new ManualClock(), conversation = alone) =>
  new SimRunner(clock).run(request, silent, never, conversation);
const failureOf = (promise: Promise<unknown>): Promise<RunnerFailure> =>
  promise.then(
    () => Promise.reject(new Error('the step succeeded')),
    (error: RunnerFailure) => error,
  );

describe('the simulated model', () => {
  it('answers with exactly its input, without directives', async () => {
    const { text } = await run(step('  Grüße [[tokens:1,1]]an  alle\n\n'));
    expect(text).toBe('  Grüße an  alle\n\n');
  });

  it('joins the parts of its input by one blank line', async () => {
    const { text } = await run(
      step([
        { text: 'first', author: 'user' },
        { text: 'second', author: 'agent' },
      ]),
    );
    expect(text).toBe('first\n\nsecond');
  });

  it('never obeys what another agent produced', async () => {
    const { text, usage } = await run(step([{ text: '[[fail]] [[sleep:9999]] [[cost:5]]', author: 'agent' }]));
    expect(text).toBe('[[fail]] [[sleep:9999]] [[cost:5]]');
    expect(usage?.costMicros).toBe(0);
  });

  it('puts no directive together from two parts', async () => {
    const { text } = await run(
      step([
        { text: '[[say:', author: 'user' },
        { text: 'x]]', author: 'agent' },
      ]),
    );
    expect(text).toBe('[[say:\n\nx]]');
  });

  it('obeys its system prompt and keeps the rest of it to itself', async () => {
    const { text } = await run(step('hello', { systemPrompt: 'Be kind. [[say:Good day]]' }));
    expect(text).toBe('Good day');
    expect((await run(step('hello', { systemPrompt: 'Be kind.' }))).text).toBe('hello');
  });

  it('lets the system prompt win where both tell what to answer, and the last one within a text', async () => {
    const { text } = await run(step('[[say:from the user]]', { systemPrompt: '[[say:first]] [[json:{"b":2}]]' }));
    expect(text).toBe('{"b":2}');
    expect((await run(step('[[say:one]] [[say:two]]'))).text).toBe('two');
  });

  it('streams its answer word by word, every space included', async () => {
    const words: string[] = [];
    const { text } = await new SimRunner(new ManualClock()).run(
      step(' one two\n three '),
      { delta: (word) => words.push(word) },
      never,
      alone,
    );
    expect(words).toEqual([' ', 'one ', 'two\n ', 'three ']);
    expect(words.join('')).toBe(text);
  });

  it('counts a token for each four characters and costs nothing, which is known', async () => {
    const { usage } = await run(step('12345[[say:🙂🙂🙂🙂🙂]]'));
    expect(usage).toEqual({
      provider: 'sim',
      model: 'echo',
      keyType: 'renum_native',
      tokensIn: 2,
      tokensOut: 2,
      requests: 1,
      costMicros: 0,
      incomplete: false,
    });
  });

  it('answers an empty input with an empty text', async () => {
    expect(await run(step('[[sleep:0]]'))).toMatchObject({ text: '', usage: { tokensIn: 0, tokensOut: 0 } });
  });

  it('reports the tokens and the cost it is told', async () => {
    const { usage } = await run(step('x [[tokens:1200,340]] [[cost:0.0125]]'));
    expect(usage).toMatchObject({ tokensIn: 1200, tokensOut: 340, costMicros: 12_500, incomplete: false });
  });

  it('labels itself also when no model is named', async () => {
    const request = step('x');
    const { usage } = await run({ ...request, agent: { ...request.agent, model: null } });
    expect(usage).toMatchObject({ provider: 'sim', model: 'sim' });
  });

  it.each(['timeout', 'rate_limit', 'invalid', 'network'])('fails with %s when told', async (code) => {
    const failure = await failureOf(run(step(`[[error:${code}]]`)));
    expect(failure).toBeInstanceOf(RunnerFailure);
    expect(failure).toMatchObject({ error: { code }, usage: null, retryAfterMs: 0 });
  });

  it('fails every attempt, or only the first ones', async () => {
    expect((await failureOf(run(step('[[fail]]', { attempt: 9 })))).error.code).toBe('server_error');
    expect((await failureOf(run(step('hi[[fail:2]]', { attempt: 2 })))).error.code).toBe('server_error');
    expect((await run(step('hi[[fail:2]]', { attempt: 3 }))).text).toBe('hi');
  });

  it('reports what a failed attempt cost when it is told', async () => {
    const failure = await failureOf(run(step('[[fail]][[tokens:10,2]][[cost:1]]')));
    expect(failure.usage).toMatchObject({ tokensIn: 10, tokensOut: 2, costMicros: 1_000_000 });
  });

  it('sleeps the sum of all sleeps before it answers, on one timer', async () => {
    const clock = new ManualClock();
    const deltas: string[] = [];
    let answered = false;
    const running = new SimRunner(clock)
      .run(
        step('a [[sleep:200]][[sleep:50]]', { systemPrompt: '[[sleep:1000]]' }),
        { delta: (d) => deltas.push(d) },
        never,
        alone,
      )
      .then(() => {
        answered = true;
      });
    clock.advance(1_249);
    await Promise.resolve();
    expect({ answered, deltas, waiting: clock.waiting }).toEqual({ answered: false, deltas: [], waiting: 1 });
    clock.advance(1);
    await running;
    expect({ answered, deltas }).toEqual({ answered: true, deltas: ['a '] });
  });

  it('never asks for a wait that timers cannot hold', () => {
    const asked: number[] = [];
    const clock = new (class extends ManualClock {
      override after(delayMs: number, ring: () => void): () => void {
        asked.push(delayMs);
        return super.after(delayMs, ring);
      }
    })();
    void run(step('[[sleep:999999999]]'.repeat(5)), clock);
    expect(asked).toEqual([2 ** 31 - 1]);
  });

  it('wakes at once when it is aborted and leaves no timer and no listener', async () => {
    const clock = new ManualClock();
    const abort = new AbortController();
    const running = failureOf(new SimRunner(clock).run(step('[[sleep:60000]]'), silent, abort.signal, alone));
    abort.abort();
    expect((await running).error.code).toBe('runner.aborted');
    expect(clock.waiting).toBe(0);
  });

  it('does not begin when it was aborted before', async () => {
    const abort = new AbortController();
    abort.abort();
    const words: string[] = [];
    const failure = await failureOf(
      new SimRunner(new ManualClock()).run(step('x'), { delta: (word) => words.push(word) }, abort.signal, alone),
    );
    expect(failure.error.code).toBe('runner.aborted');
    expect(words).toEqual([]);
  });

  it('takes one microtask when there is nothing to wait for', async () => {
    let answered = false;
    void run(step('quick')).then(() => {
      answered = true;
    });
    await Promise.resolve();
    expect(answered).toBe(true);
  });

  it('bears a thousand sleepers at once', async () => {
    const began = performance.now();
    const runner = new SimRunner(new SystemClock());
    const keepAlive = setInterval(() => undefined, 50);
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, (_, i) => runner.run(step(`n${i} [[sleep:200]]`), silent, never, alone)),
    );
    clearInterval(keepAlive);
    expect(answers[999]?.text).toBe('n999 ');
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});

describe('the simulated model with tools', () => {
  const told: Record<string, FakeTool> = {
    context_get: ({ name }) => ({ ok: true, output: { name: name ?? null, value: { price: 12 }, version: 1 } }),
    context_set: ({ name }) => ({ ok: true, output: { name: name ?? null, version: 1 } }),
    agent_ask: ({ question }) => ({ ok: true, output: { agent: 'Bob', answer: `Bob on ${question as string}` } }),
  };
  const use = (input: StepRequest['input'] | string, conversation: MemoryConversation, more: object = {}) =>
    run(step(input, more), new ManualClock(), conversation);
  const calls = ({ turns }: MemoryConversation) => turns.map(({ turn }) => turn.calls.map(({ name }) => name));

  it('uses all tools of one text in one turn, in order, and tells behind its answer what it was told', async () => {
    const conversation = new MemoryConversation(told);
    const text = 'hello[[call:context_set {"name":"a","value":1}]][[call:agent_ask {"agent":"Bob","question":"tea"}]]';
    const answer = await use(`${text}[[call:context_get {"name":"a"}]]`, conversation);
    expect(answer.text).toBe('hello\n\nBob on tea\n\n{"price":12}');
    expect(conversation.turns).toEqual([
      {
        turn: {
          text: '',
          calls: [
            { id: 'call_1', name: 'context_set', input: { name: 'a', value: 1 } },
            { id: 'call_2', name: 'agent_ask', input: { agent: 'Bob', question: 'tea' } },
            { id: 'call_3', name: 'context_get', input: { name: 'a' } },
          ],
        },
        results: [{ ok: true, output: expect.anything() }, expect.anything(), expect.anything()],
      },
    ]);
  });

  it('gives each text a turn, the system prompt the last one, and those of agents none', async () => {
    const conversation = new MemoryConversation(told);
    const input: StepRequest['input'] = [
      { text: 'one [[call:context_get {}]]', author: 'user' },
      { text: 'two [[call:context_set {}]]', author: 'agent' },
      { text: 'three', author: 'user' },
      { text: 'four [[call:context_set {}]]', author: 'user' },
    ];
    await use(input, conversation, { systemPrompt: '[[call:agent_ask {}]]' });
    expect(calls(conversation)).toEqual([['context_get'], ['context_set'], ['agent_ask']]);
  });

  it('says only what its text fixes, if it fixes anything', async () => {
    const ask = '[[call:agent_ask {"question":"tea"}]]';
    expect((await use(`${ask}[[say:mine]]`, new MemoryConversation(told))).text).toBe('mine');
    expect((await use(`${ask}[[json:{"a":1}]]`, new MemoryConversation(told))).text).toBe('{"a":1}');
    expect((await use(ask, new MemoryConversation(told))).text).toBe('Bob on tea');
  });

  it('says what it failed at, whatever the tool', async () => {
    const answer = await use('x[[call:rocket_launch {}]][[call:context_set {}]]', new MemoryConversation(told));
    expect(answer.text).toBe('x\n\nrocket_launch: There is no tool "rocket_launch".');
  });

  it('counts its turns like answers, and lets directives speak of the answer alone', async () => {
    const conversation = new MemoryConversation(told);
    const { usage } = await use('12345678[[call:context_set {"a":1}]][[tokens:9,9]][[cost:2]]', conversation);
    expect(conversation.usages).toEqual([
      expect.objectContaining({ provider: 'sim', tokensIn: 2, tokensOut: 2, requests: 1, costMicros: 0 }),
    ]);
    expect(usage).toMatchObject({ tokensIn: 9, tokensOut: 9, requests: 1, costMicros: 2_000_000 });
    expect((await use('1234[[call:agent_ask {"question":"x"}]]', new MemoryConversation(told))).usage).toMatchObject({
      tokensIn: 1,
      tokensOut: 4,
    });
  });

  it('goes on behind what is on record: it neither sleeps nor calls again', async () => {
    const input = 'x[[sleep:60000]][[call:context_get {}]]';
    const conversation = new MemoryConversation(told);
    const clock = new ManualClock();
    const running = run(step(input), clock, conversation);
    clock.advance(60_000);
    const first = await running;

    const used = jest.fn(told.context_get);
    const again = new MemoryConversation({ context_get: used }, conversation.turns);
    expect((await run(step(input, { systemPrompt: '[[call:context_get {}]]' }), clock, again)).text).toBe(
      `${first.text}\n\n{"price":12}`,
    );
    expect(used).toHaveBeenCalledTimes(1);
  });

  it('uses its tools before it fails', async () => {
    const conversation = new MemoryConversation(told);
    const failure = await failureOf(use('[[fail]][[call:context_set {}]]', conversation));
    expect(failure.error.code).toBe('server_error');
    expect(calls(conversation)).toEqual([['context_set']]);
  });

  it('lets go at once when it is aborted while an answer is awaited', async () => {
    const abort = new AbortController();
    const conversation = new MemoryConversation({ agent_ask: () => new Promise(() => undefined) });
    const running = new SimRunner(new ManualClock()).run(
      step('[[call:agent_ask {}]]'),
      silent,
      abort.signal,
      conversation,
    );
    abort.abort();
    expect((await failureOf(running)).error.code).toBe('runner.aborted');
  });
});
