import { contextDiff } from './context-diff.js';

it('tells what was added, changed and removed, by name, with both values', () => {
  expect(contextDiff({ kept: 1, was: 'old', gone: null }, { was: ['new'], kept: 1, more: 2, also: {} })).toEqual({
    added: [
      { key: 'also', value: {}, previous: null },
      { key: 'more', value: 2, previous: null },
    ],
    changed: [{ key: 'was', value: ['new'], previous: 'old' }],
    removed: [{ key: 'gone', value: null, previous: null }],
  });
});

it('finds nothing between equals, however deep, and whatever their names', () => {
  const variables = JSON.parse('{"__proto__": {"a": [1, {"b": null}]}, "constructor": "x"}');
  expect(contextDiff(variables, JSON.parse(JSON.stringify(variables)))).toEqual({
    added: [],
    changed: [],
    removed: [],
  });
  expect(contextDiff({}, variables).added.map(({ key }) => key)).toEqual(['__proto__', 'constructor']);
});
