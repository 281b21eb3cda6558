import fc from 'fast-check';
import { Invalid, Secret } from '#libs/kernel/index.js';
import { KEPT, NO_SECRETS, type RunnerSecrets, type SaidSecrets, secretsSaid, signerOf } from './runner-secrets.js';

const before: RunnerSecrets = {
  headers: new Map([['X-Key', new Secret('kept-key')]]),
  secret: new Secret('kept-secret'),
};

const shown = ({ headers, secret }: RunnerSecrets) => [
  Object.fromEntries([...headers].map(([name, value]) => [name, value.reveal()])),
  secret?.reveal() ?? null,
];
const said = (saying: SaidSecrets, was = before) => shown(secretsSaid(saying, was));

function errorsOf(saying: SaidSecrets, was = before): Readonly<Record<string, readonly string[]>> {
  try {
    secretsSaid(saying, was);
  } catch (error) {
    if (error instanceof Invalid) return error.errors ?? {};
    throw error;
  }
  return {};
}

describe('the secrets a user says', () => {
  it('are as they were where nothing is said', () => {
    expect(said({})).toEqual([{ 'X-Key': 'kept-key' }, 'kept-secret']);
  });

  it('go on null and on nothing', () => {
    expect(said({ headers: null, secret: null })).toEqual([{}, null]);
    expect(said({ headers: {}, secret: '' })).toEqual([{}, null]);
  });

  it('are all there shall be: what is not named goes', () => {
    expect(said({ headers: { other: 'new-key' } })).toEqual([{ other: 'new-key' }, 'kept-secret']);
  });

  it('are kept by stars, under the name as it is written now', () => {
    expect(said({ headers: { 'x-kEY': KEPT, more: '1' }, secret: KEPT })).toEqual([
      { 'x-kEY': 'kept-key', more: '1' },
      'kept-secret',
    ]);
  });

  it('cannot be stars where nothing is kept', () => {
    expect(Object.keys(errorsOf({ headers: { a: KEPT }, secret: KEPT }, NO_SECRETS))).toEqual([
      'configuration.runner.headers.a',
      'configuration.runner.secret',
    ]);
  });

  it.each([
    'Host',
    'content-length',
    'Content-Type',
    'CONTENT-ENCODING',
    'accept-encoding',
    'connection',
    'keep-alive',
    'proxy-authorization',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
    'expect',
    'idempotency-key',
    'webhook-signature',
  ])('cannot be the header %s', (name) => {
    expect(errorsOf({ headers: { [name]: 'x' } })).toEqual({
      [`configuration.runner.headers.${name}`]: ['is set by the server itself'],
    });
  });

  it.each([
    ['a number', 5],
    ['null', null],
    ['nothing', ''],
    ['a space before', ' x'],
    ['a space behind', 'x '],
    ['a line break', 'sealed\r\nx: y'],
    ['NUL', 'sealed\0'],
    ['letters of the world', 'schlüssel'],
    ['too much', 'x'.repeat(4_097)],
  ])('cannot have a value that is %s, which is not repeated', (_, value) => {
    const errors = errorsOf({ headers: { a: value } });
    expect(Object.keys(errors)).toEqual(['configuration.runner.headers.a']);
    expect(JSON.stringify(errors)).not.toContain('sealed');
  });

  it.each([
    ['a name that is a value', { 'Bearer sealed': 5 }],
    ['a name without letters', { '': 'x' }],
    ['a name with a line break', { 'a\nb': 'sealed' }],
    ['a name too long', { ['x'.repeat(101)]: 'y' }],
    ['one name twice', { a: 'sealed', A: 'sealed' }],
    ['too many', Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`h${n}`, 'x']))],
  ])('cannot be headers with %s', (_, headers) => {
    const errors = errorsOf({ headers });
    expect(errors).toHaveProperty(['configuration.runner.headers']);
    expect(JSON.stringify(errors)).not.toContain('sealed');
  });

  it.each(['whsec_', 'whsec_not base64', 'whsec_äöü'])('cannot be the signing secret %s', (secret) => {
    expect(Object.keys(errorsOf({ secret }))).toEqual(['configuration.runner.secret']);
  });

  it('are, whatever was sent, headers that can be sent', () => {
    const value = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constant(KEPT), fc.integer());
    fc.assert(
      fc.property(fc.dictionary(fc.string({ maxLength: 12 }), value, { maxKeys: 4 }), (headers) => {
        if (Object.keys(errorsOf({ headers })).length > 0) return;
        const sent = [...secretsSaid({ headers }, before).headers].map(([name, one]) => [name, one.reveal()] as const);
        expect(sent.map(([name]) => name)).toEqual(Object.keys(headers));
        for (const [name, one] of sent) new Headers().append(name, one);
      }),
    );
  });
});

describe('the signature', () => {
  it('is that of the example of Standard Webhooks', () => {
    const signer = signerOf(new Secret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'));
    const signature = signer.sign('msg_p5jXN8AQM9LWM0D4loKWxJek', new Date(1_614_265_330_000), '{"test": 2432232314}');
    expect(signature).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });
});
