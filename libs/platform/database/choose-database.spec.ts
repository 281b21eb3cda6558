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

test.each(['postgres://renum:geheim@db/renum', 'postgresql://renum:geheim@db/renum', 'mysql://renum:geheim@db'])(
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
