import { drift } from './drift.js';

const kept = new Map([
  ['table team', 'id text'],
  ['index team_of_user', 'on team (user_id)'],
]);

test('a schema that is as it was left has not drifted', () => {
  expect(drift(kept, new Map(kept))).toEqual([]);
});

test('names what is missing and what was changed', () => {
  expect(drift(kept, new Map([['table team', 'id bigint']]))).toEqual([
    'table team was changed',
    'index team_of_user is missing',
  ]);
});

test('says nothing of what lies beside it', () => {
  expect(drift(kept, new Map([...kept, ['table of_somebody_else', 'id text']]))).toEqual([]);
});
