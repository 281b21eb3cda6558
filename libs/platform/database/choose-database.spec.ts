import { Secret } from '#libs/kernel/index.js';
import { chooseDatabase, fallback, standing } from './choose-database.js';
import { DatabaseUnusable } from './database.errors.js';

test('nothing configured means the embedded file of the data folder', () => {
  expect(chooseDatabase(undefined, '/srv/renum')).toEqual({ mode: 'embedded', file: '/srv/renum/renum.db' });
  expect(chooseDatabase('', '/srv/renum')).toEqual({ mode: 'embedded', file: '/srv/renum/renum.db' });
});

test('memory: means a database that is lost, and says so', () => {
  const choice = chooseDatabase('memory:', '/srv/renum');
  expect(standing(choice)).toEqual({
    mode: 'ephemeral',
    reason: 'DATABASE_URL is memory:',
    lost: [expect.stringContaining('executions')],
    kept: [expect.any(String)],
  });
});

test('an embedded file loses nothing and has nothing to explain', () => {
  expect(standing(chooseDatabase(undefined, '/srv'))).toEqual({
    mode: 'embedded',
    lost: [],
    kept: [expect.any(String)],
  });
});

test.each([
  ['postgres://renum:geheim@db/renum', 'db:5432/renum'],
  ['postgresql://renum:geheim@[::1]:6543/renum?sslmode=require', '[::1]:6543/renum'],
  ['postgres://%2Fvar%2Frun%2Fpostgresql/renum', '/var/run/postgresql:5432/renum'],
  ['postgres:///renum?host=/tmp', '/tmp:5432/renum'],
])('%s is PostgreSQL, known by its place without who asks', (url, place) => {
  const choice = chooseDatabase(new Secret(url), '/srv');
  expect(choice).toEqual({ mode: 'postgres', url: expect.any(Secret), place });
  expect(choice.mode === 'postgres' && choice.url.reveal()).toBe(url);
  expect(standing(choice)).toEqual({ mode: 'postgres', lost: [], kept: [expect.any(String)] });
});

test.each(['mysql://renum:geheim@db', 'postgres:renum:geheim', 'postgres://renum:geheim@db:port/renum'])(
  '%s is refused instead of being replaced, without repeating its password',
  (url) => {
    expect(() => chooseDatabase(url, '/srv')).toThrow(DatabaseUnusable);
    expect(() => chooseDatabase(url, '/srv')).not.toThrow('geheim');
  },
);

test('memory is taken without being asked for only where nothing can be lost', () => {
  expect(fallback('development', false, 'read-only')).toEqual({ mode: 'ephemeral', reason: 'read-only' });
  expect(fallback('test', false, 'read-only')).toEqual({ mode: 'ephemeral', reason: 'read-only' });
  expect(fallback('development', true, 'read-only')).toBeNull();
  expect(fallback('production', false, 'read-only')).toBeNull();
});
