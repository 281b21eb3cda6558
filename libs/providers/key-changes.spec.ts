import type { Secret } from '#libs/kernel/index.js';
import { API_KEY, isServiceName, type KeyChanges, readKeys, servicesIn } from './key-changes.js';

function read(sent: unknown): { readonly changes: unknown; readonly errors: Readonly<Record<string, string>> } {
  const errors: Record<string, string> = {};
  const changes = readKeys(sent, 'user_api_keys', (path, message) => {
    errors[path] = message;
  });
  return { changes, errors };
}

const revealed = (changes: unknown) =>
  [...(changes as ReadonlyMap<string, Secret | null>)].map(([service, key]) => [service, key?.reveal() ?? null]);

describe('keys as they are sent', () => {
  it('are kept by service, and taken away by null', () => {
    const { changes, errors } = read({ openai: 'sk-1', 'My Proxy:2': 'a+b/c=', google: null });
    expect(errors).toEqual({});
    expect(revealed(changes)).toEqual([
      ['openai', 'sk-1'],
      ['My Proxy:2', 'a+b/c='],
      ['google', null],
    ]);
    expect(servicesIn(changes as KeyChanges)).toEqual(['openai', 'My Proxy:2']);
    expect(JSON.stringify(Object.fromEntries(changes as KeyChanges))).not.toContain('sk-1');
  });

  it('may be none at all', () => {
    expect(read(null)).toEqual({ changes: null, errors: {} });
    expect(read({}).changes).toEqual(new Map());
    expect(read(Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`s${n}`, 'k']))).errors).toEqual({});
  });

  it.each([
    ['a text', 'sealed'],
    ['a list', ['sealed']],
    ['a flag', true],
    ['too many', Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`s${n}`, 'sealed']))],
    ['a service without a name', { '': 'sealed' }],
    ['a name that begins with a blank', { ' openai': 'sealed' }],
    ['a name beyond all', { ['x'.repeat(101)]: 'sealed' }],
    ['a name with a line break', { 'a\nb': 'sealed' }],
    ['one service twice', { openai: 'sealed', OpenAI: 'sealed' }],
    ['a key in the place of a name', { 'sk-sealed-0123456789': 'openai' }],
  ])('are refused as %s, and nothing of them is repeated', (_, sent) => {
    const { errors } = read(sent);
    expect(Object.keys(errors)).toEqual(['user_api_keys']);
    expect(JSON.stringify(errors)).not.toContain('sealed');
  });

  it.each([5, true, '', ' ', 'two words', 'schlüssel', 'line\nbreak', 'x'.repeat(4_097), {}, ['x'], '\0'])(
    'are refused with the value %j, naming the service',
    (key) => {
      expect(Object.keys(read({ good: 'k', openai: key }).errors)).toEqual(['user_api_keys.openai']);
    },
  );
});

describe('names and keys', () => {
  it('are told apart', () => {
    expect(['openai', 'a', '0', 'X_y.z-1:2 3'].every(isServiceName)).toBe(true);
    expect(['', '-a', '__proto__', 'a/b', 'ä', 'AIzaSyA0123456789abcdefghijklmnopqrstu', 5].some(isServiceName)).toBe(
      false,
    );
    expect(API_KEY.test('!'.repeat(4_096))).toBe(true);
  });
});
