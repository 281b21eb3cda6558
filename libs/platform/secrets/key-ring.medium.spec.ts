// Real: files in a temporary folder.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '#libs/kernel/index.js';
import { KeyRing, openKeyRing } from './index.js';

const GOOD = Buffer.alloc(32, 7).toString('base64');

describe('the key ring', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'renum-keys-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const ringKey = (id: string, byte: number) => ({ id, key: new Secret(Buffer.alloc(32, byte).toString('base64')) });
  const derived = (ring: KeyRing, purpose = 'p') => ring.derive(ring.activeId, purpose)?.toString('hex');

  it('is made once, for its owner alone, and found again', () => {
    const first = openKeyRing(undefined, join(folder, 'data'));
    const file = join(folder, 'data', 'keys.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(derived(openKeyRing(undefined, join(folder, 'data')))).toBe(derived(first));
    expect(JSON.stringify(first)).not.toContain(JSON.parse(readFileSync(file, 'utf8')).keys[0].key);
  });

  it('is the configured one where there is one', () => {
    const ring = openKeyRing([ringKey('b', 2), ringKey('a', 1)], folder);
    expect([ring.activeId, ring.ids]).toEqual(['b', ['b', 'a']]);
    expect(() => statSync(join(folder, 'keys.json'))).toThrow('ENOENT');
  });

  it('lives only in memory where nothing can be kept', () => {
    expect(derived(openKeyRing(undefined, null))).not.toBe(derived(openKeyRing(undefined, null)));
  });

  it.each(['', '{', 'null', '[]', '{}', '{"keys":[]}', '{"keys":{"id":"a"}}'])('refuses a broken file: %s', (text) => {
    const file = join(folder, 'keys.json');
    writeFileSync(file, text);
    expect(() => openKeyRing(undefined, folder)).toThrow(`${file} is not JSON with a list of keys`);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it.each([null, 'a', {}, { id: 1, key: GOOD }, { id: 'a' }, { id: 'a', key: 'c2hvcnQ=' }])(
    'refuses a file with one broken key, and does not repeat it: %j',
    (broken) => {
      writeFileSync(join(folder, 'keys.json'), JSON.stringify({ keys: [{ id: 'good', key: GOOD }, broken] }));
      const open = () => openKeyRing(undefined, folder);
      expect(open).toThrow('holds no usable key at place 2');
      expect(open).not.toThrow(/c2hvcnQ=/);
    },
  );

  it('says why a file cannot be read', () => {
    writeFileSync(join(folder, 'nofolder'), '');
    expect(() => openKeyRing(undefined, join(folder, 'nofolder'))).toThrow(/EEXIST|ENOTDIR/);
  });

  it('gives each key and each purpose its own bytes, and none for a key that is gone', () => {
    const ring = new KeyRing([ringKey('a', 1), ringKey('b', 2)]);
    const all = [ring.derive('a', 'p'), ring.derive('a', 'q'), ring.derive('b', 'p')].map((bytes) =>
      bytes?.toString('hex'),
    );
    expect(new Set(all).size).toBe(3);
    expect(ring.derive('a', 'p')).toHaveLength(32);
    expect(ring.derive('c', 'p')).toBeNull();
    expect(() => new KeyRing([])).toThrow('at least one key');
  });
});
