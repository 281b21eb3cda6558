import { RunnerFailure } from './agent-runner.js';
import { failedInStream, pauseOf, quoted, refused, thrownBy, withToolsHint } from './provider-failure.js';

const NOW = Date.UTC(2026, 0, 1);
const plain = (text: string): string => text;

describe('the pause a provider asks for', () => {
  it.each([
    [{ 'retry-after': '7' }, 7_000],
    [{ 'retry-after': '0.25' }, 250],
    [{ 'retry-after': new Date(NOW + 30_000).toUTCString() }, 30_000],
    [{ 'retry-after': new Date(NOW - 30_000).toUTCString() }, 0],
    [{ 'retry-after-ms': '1500', 'retry-after': '60' }, 1_500],
    [{ 'retry-after': '999999' }, 3_600_000],
    [{ 'retry-after': 'soon' }, 0],
    [{ 'retry-after': '-5' }, 0],
    [{}, 0],
  ])('%j is %i ms', (headers, pause) => {
    expect(pauseOf(new Headers(headers), NOW)).toBe(pause);
  });
});

describe('what a provider wrote', () => {
  it.each([
    ['{"error":{"message":"Bad model"}}', 'Bad model'],
    ['{"error":"Bad model"}', 'Bad model'],
    ['{"message":"Bad model"}', 'Bad model'],
    ['{"detail":"Bad model"}', 'Bad model'],
    ['{"unknown":"shape"}', ''],
    ['"just a text"', '"just a text"'],
    ['plain text', 'plain text'],
    ['  <html><body>502</body></html>', ''],
    ['', ''],
  ])('is found in %s', (body, text) => {
    expect(quoted(body, 'secret')).toBe(text);
  });

  it('is quoted on one short line, without keys', () => {
    const text = quoted(
      `line\n\u0000two secret Bearer abcdefghijklmnop sk-proj_abcdef123456 ${'x'.repeat(900)}`,
      'secret',
    );
    expect(text).toMatch(/^line two \*\*\* Bearer-\*\*\* sk-\*\*\* x+$/);
    expect(text).toHaveLength(500);
  });
});

describe('what was thrown while a provider answered', () => {
  it.each(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT'])('is a timeout for %s', (code) => {
    const error = new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code }) });
    expect(thrownBy('openai', error, plain)).toMatchObject({ error: { code: 'timeout' } });
  });

  it('is a network failure for a connection that ended', () => {
    expect(thrownBy('openai', new TypeError('terminated'), plain)).toMatchObject({ error: { code: 'network' } });
  });

  it('is a network failure for an address that is never even tried', () => {
    const error = Object.assign(new Error('Cannot connect to API: bad port'), { name: 'AI_APICallError' });
    expect(thrownBy('openai', error, plain)).toMatchObject({
      error: { code: 'network', message: 'openai could not be reached, or broke off its answer.' },
    });
  });

  it('stays what it is when it is a bug of ours', () => {
    const bug = new TypeError('x is not a function');
    expect(thrownBy('openai', bug, plain)).toBe(bug);
    expect(thrownBy('openai', 'text', plain)).toBe('text');
  });
});

describe('a refusal', () => {
  it('needs no words', () => {
    expect(refused('openai', 500, '').error.message).toBe('openai answered 500');
  });

  it('inside a stream may have any shape', () => {
    expect(failedInStream('openai', { error: { type: 'permission_error', message: 'No' } }, plain).error).toEqual({
      code: 'provider.refused-key',
      message: 'openai broke off: No',
    });
    expect(failedInStream('openai', null, plain).error).toEqual({
      code: 'server_error',
      message: 'openai broke off: null',
    });
  });
});

describe('a request that a provider refuses although tools are offered', () => {
  const hinted = (code: string, message: string): string =>
    withToolsHint(new RunnerFailure({ code, message }, null, 7)).error.message;

  it.each([
    'openai answered 400: llama2 does not support tools.',
    'openai answered 404: No endpoints found that support tool use',
    'openai answered 400',
  ])('says how they are switched off: %s', (message) => {
    expect(hinted('invalid', message)).toBe(
      `${message.replace(/\.$/, '')}. If the model cannot use tools, give its agent "configuration.tools": [], which switches them off.`,
    );
  });

  it.each([
    ['invalid', 'openai answered 307'],
    ['invalid', 'openai answered 400: The context is too long.'],
    ['server_error', 'openai answered 500: The tool box is on fire.'],
  ])('says nothing of them where they are not the matter: %s %s', (code, message) => {
    expect(hinted(code, message)).toBe(message);
  });
});
