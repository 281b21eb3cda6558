import fc from 'fast-check';
import { Secret } from '#libs/kernel/index.js';
import { KeyRing } from './key-ring.js';
import { SealBroken, SealKeyMissing } from './seal.errors.js';
import { Sealer, type SealPlace } from './sealer.js';

const key = (id: string, byte: number) => ({ id, key: new Secret(Buffer.alloc(32, byte).toString('base64')) });
const sealer = new Sealer(new KeyRing([key('k1', 1)]));
const place: SealPlace = { owner: 'u1', table: 'api_key', column: 'sealed', record: 'openai' };

describe('the sealer', () => {
  it('gives back exactly what was sealed, whatever text it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(sealer.open(sealer.seal(new Secret(text), place), place).reveal()).toBe(text);
      }),
    );
  });

  it('seals the same text differently every time and shows nothing of it', () => {
    const secret = new Secret('sk-canary-canary-canary');
    const [one, two] = [sealer.seal(secret, place), sealer.seal(secret, place)];
    expect(one).not.toBe(two);
    expect(one).toMatch(/^rnm1\.k1\.A256GCM\.[\w-]+$/);
    expect(Buffer.from(one, 'base64url').toString('latin1')).not.toContain('canary');
  });

  it.each(['owner', 'table', 'column', 'record'] as const)(
    'opens nowhere but in its place: another %s is refused',
    (field) => {
      const sealed = sealer.seal(new Secret('x'), place);
      expect(() => sealer.open(sealed, { ...place, [field]: 'other' })).toThrow(SealBroken);
    },
  );

  it('refuses a single changed bit anywhere', () => {
    const sealed = sealer.seal(new Secret('some secret'), place);
    const [, , , body = ''] = sealed.split('.');
    const bytes = Buffer.from(body, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const text = `rnm1.k1.A256GCM.${changed.toString('base64url')}`;
      expect(() => sealer.open(text, place)).toThrow(SealBroken);
    }
  });

  it.each([
    '',
    'x',
    'rnm1.k1.A256GCM.',
    'rnm2.k1.A256GCM.AAAA',
    'rnm1.k1.none.AAAA',
    'rnm1.k1.A256GCM.AAAA',
    'rnm1.k1.A256GCM.AAAA.B',
  ])('refuses what is no seal: %j', (text) => {
    expect(() => sealer.open(text, place)).toThrow(SealBroken);
  });

  it('refuses the same bytes in another spelling', () => {
    const sealed = sealer.seal(new Secret('x'), place);
    expect(() => sealer.open(`${sealed}=`, place)).toThrow(SealBroken);
  });

  it('opens what an older key of the ring sealed, seals with the first, and knows which is which', () => {
    const sealed = sealer.seal(new Secret('x'), place);
    const rotated = new Sealer(new KeyRing([key('k2', 2), key('k1', 1)]));
    expect(rotated.open(sealed, place).reveal()).toBe('x');
    expect(rotated.isOutdated(sealed)).toBe(true);
    expect(rotated.isOutdated(rotated.seal(new Secret('x'), place))).toBe(false);
  });

  it('names the key that is missing, and is not fooled by another under its name', () => {
    const sealed = sealer.seal(new Secret('x'), place);
    expect(() => new Sealer(new KeyRing([key('k2', 2)])).open(sealed, place)).toThrow(SealKeyMissing);
    expect(() => new Sealer(new KeyRing([key('k2', 2)])).open(sealed, place)).toThrow('"k1"');
    expect(() => new Sealer(new KeyRing([key('k1', 9)])).open(sealed, place)).toThrow(SealBroken);
  });
});
