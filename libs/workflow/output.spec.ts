import type { Json } from '#libs/kernel/index.js';
import { dataIn, outputOf } from './output.js';

describe('the data in an answer', () => {
  it.each<[string, Json | undefined]>([
    ['{"a": 1}', { a: 1 }],
    [' \n[1, 2]\n ', [1, 2]],
    ['"quoted"', 'quoted'],
    ['42', 42],
    ['-1.5e3', -1500],
    ['true', true],
    ['null', null],
    ['```json\n{"a": 1}\n```', { a: 1 }],
    ['```\n[1]\n```', [1]],
    ['```JSON\r\n{"a": 1}\r\n```\n', { a: 1 }],
    ['```json\n\n  {"a": 1}  \n\n```', { a: 1 }],
    ['{"hash": "3e123abc"}', { hash: '3e123abc' }],
    ['1e100', 1e100],
    ['', undefined],
    ['plain text', undefined],
    ['true story', undefined],
    ['- a list', undefined],
    ['42 is the answer', undefined],
    ['{"a": 1} and more', undefined],
    ['Here it is:\n```json\n{"a": 1}\n```', undefined],
    ['```json\n{"a": 1}\n```\nwell?', undefined],
    ['```json\n{"a": 1}\n```\n```json\n{"b": 2}\n```', undefined],
    ['```ts\n{}\n```', undefined],
    ['```{"a": 1}```', undefined],
    ['```json\n{"a": 1}', undefined],
    ['```', undefined],
    ["{'a': 1}", undefined],
    ['NaN', undefined],
    ['1e999', undefined],
    ['{"a": [-1e999]}', undefined],
  ])('of %j is %j', (text, expected) => {
    expect(dataIn(text)).toEqual(expected);
  });

  it('is not looked for so deep that it could never be written again', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(dataIn(nested(64))).toBeDefined();
    expect(dataIn(nested(65))).toBeUndefined();
    expect(dataIn(nested(200_000))).toBeUndefined();
  });
});

describe('the output of an agent', () => {
  it('is its text, and the seconds it took in thousandths', () => {
    expect(outputOf('hello', 1.23456)).toEqual({ result: 'hello', execution_time: 1.235 });
  });

  it('holds the data of the text, or what the runner was given beside it', () => {
    expect(outputOf('{"a":1}', 0)).toEqual({ result: '{"a":1}', data: { a: 1 }, execution_time: 0 });
    expect(outputOf('{"a":1}', 0, { b: 2 }).data).toEqual({ b: 2 });
    expect(outputOf('false', 0)).toHaveProperty('data', false);
  });

  it('keeps the text exactly as it was', () => {
    expect(outputOf('  {"a":1}\n', 0).result).toBe('  {"a":1}\n');
  });
});
