import { RunnerFailure } from './agent-runner.js';
import { readReply } from './read-reply.js';

const reply = (body: unknown, status = 200, headers: Record<string, string | string[]> = {}) => {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return readReply({ status, headers, body: bytes }, [], Date.UTC(2026, 0, 1));
};

function failure(read: () => unknown): RunnerFailure {
  try {
    read();
  } catch (error) {
    if (error instanceof RunnerFailure) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('the reply of an agent', () => {
  it.each([
    [{ result: '' }, { text: '', used: null }],
    [
      { result: 'x', data: null, usage: null, more: 1 },
      { text: 'x', used: null },
    ],
    [
      { result: 'x', data: 0 },
      { text: 'x', data: 0, used: null },
    ],
    [
      { result: 'x', data: [{ a: false }] },
      { text: 'x', data: [{ a: false }], used: null },
    ],
    [
      { result: 'x', usage: { tokens_input: 0, tokens_output: 9 } },
      { text: 'x', used: { tokensIn: 0, tokensOut: 9, costUsd: null } },
    ],
    [
      { result: 'x', usage: { tokens_input: 1, tokens_output: 2, cost_usd: 0.5 } },
      { text: 'x', used: { tokensIn: 1, tokensOut: 2, costUsd: 0.5 } },
    ],
  ])('is read from %j', (body, expected) => {
    expect(reply(body)).toEqual(expected);
  });

  it.each([
    ['nothing', ''],
    ['a text', '"x"'],
    ['a list', '[]'],
    ['null', 'null'],
    ['half an object', '{"result": "x"'],
    ['broken UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])],
    ['no result', { data: 1 }],
    ['a result that is no text', { result: { text: 'x' } }],
    ['a result that is null', { result: null }],
    ['data without a bottom', `{"result": "x", "data": ${'['.repeat(70)}${']'.repeat(70)}}`],
    ['data without any end', `{"result": "x", "data": ${'['.repeat(200_000)}${']'.repeat(200_000)}}`],
    ['a number beyond all', '{"result": "x", "data": 1e999}'],
    ['usage that is a list', { result: 'x', usage: [] }],
    ['usage without tokens', { result: 'x', usage: { tokens_input: 1 } }],
    ['negative tokens', { result: 'x', usage: { tokens_input: -1, tokens_output: 1 } }],
    ['half a token', { result: 'x', usage: { tokens_input: 0.5, tokens_output: 1 } }],
    ['tokens as text', { result: 'x', usage: { tokens_input: '1', tokens_output: 1 } }],
    ['endless tokens', { result: 'x', usage: { tokens_input: 1e15, tokens_output: 1 } }],
    ['a negative cost', { result: 'x', usage: { tokens_input: 1, tokens_output: 1, cost_usd: -0.01 } }],
    ['an endless cost', '{"result": "x", "usage": {"tokens_input": 1, "tokens_output": 1, "cost_usd": 1e300}}'],
    ['a cost as text', { result: 'x', usage: { tokens_input: 1, tokens_output: 1, cost_usd: '1' } }],
  ])('is invalid with %s', (_, body) => {
    const { error } = failure(() => reply(body));
    expect(error.code).toBe('invalid');
    expect(error.message).toMatch(/^The agent sent .+\.$/);
  });

  it.each([
    [400, 'invalid'],
    [401, 'invalid'],
    [404, 'invalid'],
    [408, 'timeout'],
    [429, 'rate_limit'],
    [500, 'server_error'],
    [502, 'server_error'],
    [503, 'server_error'],
    [504, 'timeout'],
  ])('with the status %i counts as %s', (status, code) => {
    expect(failure(() => reply({ result: 'x' }, status)).error.code).toBe(code);
  });

  it('is a success with any status below 300', () => {
    expect(reply({ result: 'x' }, 201).text).toBe('x');
    expect(failure(() => reply('', 204)).error.code).toBe('invalid');
  });

  it('says of a redirect that nobody follows it, and does not repeat where it leads', () => {
    const { error } = failure(() => reply('', 302, { location: 'http://10.0.0.1/' }));
    expect(error.code).toBe('invalid');
    expect(error.message).toContain('redirects are not followed');
    expect(error.message).not.toContain('10.0.0.1');
  });

  it.each([
    [{ 'retry-after': '3' }, 3_000],
    [{ 'retry-after': ['2', '9'] }, 2_000],
    [{}, 0],
  ])('asks with %j for a pause of %i ms', (headers, pause) => {
    expect(failure(() => reply('', 429, headers)).retryAfterMs).toBe(pause);
  });
});
