import { hash } from '@node-rs/argon2';
import { Passwords } from './passwords.js';

describe('Passwords', () => {
  const passwords = new Passwords();

  it('hashes with argon2id and knows the password again, however its accents are typed', async () => {
    const phc = await passwords.hash('caf\u00e9 au lait!');
    expect(phc).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await passwords.isRight('cafe\u0301 au lait!', phc)).toBe(true);
    expect(await passwords.isRight('cafe au lait!!', phc)).toBe(false);
    expect(await passwords.hash('caf\u00e9 au lait!')).not.toBe(phc);
  });

  it('looks at the whole password', async () => {
    const phc = await passwords.hash('x'.repeat(127).concat('y'));
    expect(await passwords.isRight('x'.repeat(128), phc)).toBe(false);
  });

  it('says no to strangers', async () => {
    await passwords.onModuleInit();
    expect(await passwords.isRight('anything at all', null)).toBe(false);
  });

  it('notices hashes that were cheaper than today’s', async () => {
    expect(passwords.isOutdated(await hash('x', { memoryCost: 8_192, timeCost: 2, parallelism: 1 }))).toBe(true);
    expect(passwords.isOutdated(await hash('x', { memoryCost: 19_456, timeCost: 1, parallelism: 1 }))).toBe(true);
    expect(passwords.isOutdated(await passwords.hash('x'))).toBe(false);
  });
});
