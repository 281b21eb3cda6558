// Real: the whole room behind HTTP, a database, files in a temporary folder.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Administrator, type Beginning } from './index.js';
import { type IdentityWorld, identityWorld } from './testing/identity.world.js';

describe('the first administrator', () => {
  let dataDir: string;
  let world: IdentityWorld;
  const open: IdentityWorld[] = [];

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'renum-admin-'));
  });
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const start = async (env: Record<string, string>, beginning?: Beginning) => {
    world = await identityWorld(env, dataDir);
    open.push(world);
    return world.app.get(Administrator).ensure(beginning);
  };
  const post = (path: string, body: object) =>
    fetch(`${world.url}/api/v1/auth/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
  const role = async (email: string, password: string) =>
    ((await (await post('login', { email, password })).json()) as { user: { role: string } }).user?.role;

  it('is made in development with a password only its owner can read', async () => {
    const made = await start({ RENUM_ENV: 'development' });
    expect(made).toEqual({
      id: expect.any(String),
      email: 'admin@renum.local',
      password: expect.stringMatching(/^[\w-]{24}$/),
      passwordFile: join(dataDir, 'admin.json'),
    });
    const file = join(dataDir, 'admin.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ email: made?.email, password: made?.password });
    expect(await role('admin@renum.local', made?.password ?? '')).toBe('admin');
    expect(await world.app.get(Administrator).ensure()).toEqual({ id: made?.id, email: made?.email });
  });

  it('keeps its password when the database is thrown away', async () => {
    const first = await start({ RENUM_ENV: 'development' });
    const again = await start({ RENUM_ENV: 'development' });
    expect(again?.password).toBe(first?.password);
    expect(again?.id).not.toBe(first?.id);
  });

  it('gets a new password when the file is of somebody else or broken', async () => {
    writeFileSync(join(dataDir, 'admin.json'), '{"email":"other@x","password":"other"}');
    expect((await start({ RENUM_ENV: 'development' }))?.password).not.toBe('other');
    writeFileSync(join(dataDir, 'admin.json'), '{');
    expect((await start({ RENUM_ENV: 'development' }))?.password).toMatch(/^[\w-]{24}$/);
  });

  it('keeps a password that others could read in a file that they cannot', async () => {
    writeFileSync(join(dataDir, 'admin.json'), '{', { mode: 0o644 });
    await start({ RENUM_ENV: 'development' });
    expect(statSync(join(dataDir, 'admin.json')).mode & 0o777).toBe(0o600);
  });

  it('is told his password where no file can keep it', async () => {
    mkdirSync(join(dataDir, 'admin.json'));
    const made = await start({ RENUM_ENV: 'development' });
    expect(made?.passwordFile).toBeUndefined();
    expect(await role('admin@renum.local', made?.password ?? '')).toBe('admin');
  });

  it('begins an installation together with what belongs to its beginning', async () => {
    const cut = start({ RENUM_ENV: 'development' }, () => Promise.reject(new Error('cut')));
    await expect(cut).rejects.toThrow('cut');
    const { password } = JSON.parse(readFileSync(join(dataDir, 'admin.json'), 'utf8'));
    expect(await role('admin@renum.local', password)).toBeUndefined();

    const firsts: unknown[] = [];
    const begin: Beginning = async (_tx, first) => void firsts.push(first);
    const made = await world.app.get(Administrator).ensure(begin);
    expect(made?.password).toBe(password);
    expect(firsts).toEqual([{ id: made?.id, email: 'admin@renum.local', role: 'admin' }]);
    await world.app.get(Administrator).ensure(begin);
    expect(firsts).toHaveLength(1);
  });

  it('is no beginning where others have an account', async () => {
    world = await identityWorld({ RENUM_ADMIN_EMAIL: 'boss@x.org', RENUM_ADMIN_PASSWORD: 'the boss says so' }, dataDir);
    open.push(world);
    await post('register', { email: 'ada@x.org', password: 'my own password', name: 'Ada' });
    const begun = jest.fn();
    expect(await world.app.get(Administrator).ensure(begun)).not.toBeNull();
    expect(begun).not.toHaveBeenCalled();
  });

  it('is the configured one, created with the configured password or promoted without touching his own', async () => {
    const env = { RENUM_ADMIN_EMAIL: 'Boss@x.org', RENUM_ADMIN_PASSWORD: 'the boss says so' };
    expect(await start(env)).toEqual({ id: expect.any(String), email: 'Boss@x.org' });
    expect(await role('boss@x.org', 'the boss says so')).toBe('admin');

    await start({ RENUM_ADMIN_EMAIL: 'ada@x.org', RENUM_ADMIN_PASSWORD: 'another password' });
    expect(await role('ada@x.org', 'another password')).toBe('admin');
  });

  it('promotes who is there, at once also for tokens in use', async () => {
    expect(await start({ RENUM_ADMIN_EMAIL: 'ada@x.org' })).toBeNull();
    await post('register', { email: 'ada@x.org', password: 'my own password', name: 'Ada' });
    expect(await role('ada@x.org', 'my own password')).toBe('user');
    expect(await world.app.get(Administrator).ensure()).toEqual({ id: expect.any(String), email: 'ada@x.org' });
    expect(await role('ada@x.org', 'my own password')).toBe('admin');
  });

  it('is nobody outside development when nobody was named', async () => {
    expect(await start({})).toBeNull();
  });
});
