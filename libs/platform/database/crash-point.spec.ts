import { armed, crashPoint } from './crash-point.js';

const killsOf = (env: NodeJS.ProcessEnv, passed: readonly string[]): number => {
  let kills = 0;
  const point = armed(env, () => {
    kills += 1;
  });
  for (const name of passed) point(name);
  return kills;
};

test('kills at the first passing of the named point, unless a later one is asked for', () => {
  const env = { RENUM_ENV: 'test', RENUM_CRASH_AT: 'room.moment' };
  expect(killsOf(env, ['room.other'])).toBe(0);
  expect(killsOf(env, ['room.other', 'room.moment', 'room.moment'])).toBe(1);

  const third = { RENUM_ENV: 'test', RENUM_CRASH_AT: 'room.moment:3' };
  expect(killsOf(third, ['room.moment', 'room.moment'])).toBe(0);
  expect(killsOf(third, ['room.moment', 'room.moment', 'room.other', 'room.moment'])).toBe(1);
});

test('does nothing outside tests, nor when no point is named', () => {
  expect(killsOf({ RENUM_ENV: 'production', RENUM_CRASH_AT: 'room.moment' }, ['room.moment'])).toBe(0);
  expect(killsOf({ RENUM_CRASH_AT: 'room.moment' }, ['room.moment'])).toBe(0);
  expect(killsOf({ RENUM_ENV: 'test' }, ['room.moment'])).toBe(0);
  expect(killsOf({ RENUM_ENV: 'test', RENUM_CRASH_AT: '' }, [''])).toBe(0);
});

test('is unarmed in this process', () => {
  crashPoint('database.before-commit');
});
