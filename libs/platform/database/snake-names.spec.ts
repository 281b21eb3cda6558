import { SnakeNames, snake } from './snake-names.js';

test.each([
  ['id', 'id'],
  ['createdAt', 'created_at'],
  ['tokensIn2024', 'tokens_in2024'],
  ['userId', 'user_id'],
])('%s is kept as %s', (property, column) => {
  expect(snake(property)).toBe(column);
});

test('columns, embedded columns and references follow their properties', () => {
  const names = new SnakeNames();
  expect(names.columnName('lastSeen', undefined, [])).toBe('last_seen');
  expect(names.columnName('lastSeen', 'seen', [])).toBe('seen');
  expect(names.columnName('lastSeen', undefined, ['ownUsage'])).toBe('own_usage_last_seen');
  expect(names.joinColumnName('createdBy', 'id')).toBe('created_by_id');
});
