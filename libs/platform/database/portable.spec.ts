import { postgresText, sqliteText, sqliteValue } from './portable.js';

const TEXT = 'SELECT id AS "theirId" FROM note WHERE id IN ? AND (size > ? OR size IN ?)';

it('says the same to both databases, in their words', () => {
  expect(sqliteText(TEXT)).toBe(
    'SELECT id AS "theirId" FROM note WHERE id IN (SELECT value FROM json_each(?)) AND (size > ? OR size IN (SELECT value FROM json_each(?)))',
  );
  expect(postgresText(TEXT)).toBe(
    'SELECT id AS "theirId" FROM note WHERE id = ANY ($1) AND (size > $2 OR size = ANY ($3))',
  );
});

it('gives SQLite what it can hold', () => {
  expect([true, false, null, 'text', 1.5, ['a', 'b']].map(sqliteValue)).toEqual([1, 0, null, 'text', 1.5, '["a","b"]']);
});
