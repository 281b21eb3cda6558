import { table } from './table.js';

it('makes columns as wide as their widest cell', () => {
  expect(
    table([
      ['A', 'LONG', 'B'],
      ['aaa', '1', ''],
    ]),
  ).toBe('A    LONG  B\naaa  1\n');
  expect(table([])).toBe('');
});
