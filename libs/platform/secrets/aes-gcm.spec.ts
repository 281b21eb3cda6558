import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decrypt, encrypt } from './aes-gcm.js';

interface Vector {
  readonly tcId: number;
  readonly comment: string;
  readonly key: string;
  readonly iv: string;
  readonly aad: string;
  readonly msg: string;
  readonly ct: string;
  readonly tag: string;
  readonly result: 'valid' | 'invalid';
}

const file = join(process.cwd(), 'test/fixtures/wycheproof/aes-gcm.json');
const { tests }: { tests: readonly Vector[] } = JSON.parse(readFileSync(file, 'utf8'));
const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');
const withIv = tests.filter(({ iv }) => iv.length === 24);
const withoutIv = tests.filter(({ iv }) => iv === '');

describe('AES-256-GCM, by the vectors of Wycheproof', () => {
  it('is judged by 66 vectors and 2 refusals', () => {
    expect([withIv.length, withoutIv.length]).toEqual([66, 2]);
  });

  it.each(withIv)('$tcId $comment ($result)', ({ key, iv, aad, msg, ct, tag, result }) => {
    const opened = decrypt(bytes(key), bytes(iv), bytes(aad), bytes(ct + tag));
    expect(opened?.toString('hex') ?? null).toBe(result === 'valid' ? msg : null);
  });

  it.each(withIv.filter(({ result }) => result === 'valid'))('$tcId, sealed anew', ({ key, iv, aad, msg, ct, tag }) => {
    expect(encrypt(bytes(key), bytes(iv), bytes(aad), bytes(msg)).toString('hex')).toBe(ct + tag);
  });

  it.each(withoutIv)('$tcId is refused: $comment', ({ key, iv, aad, ct, tag }) => {
    expect(() => decrypt(bytes(key), bytes(iv), bytes(aad), bytes(ct + tag))).toThrow(RangeError);
    expect(() => encrypt(bytes(key), bytes(iv), bytes(aad), bytes(ct))).toThrow(RangeError);
  });

  it('opens nothing that is shorter than a tag', () => {
    expect(decrypt(Buffer.alloc(32), Buffer.alloc(12), Buffer.alloc(0), Buffer.alloc(15))).toBeNull();
  });
});
