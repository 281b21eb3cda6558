import fc from 'fast-check';
import { readDirectives } from './directives.js';

const plain = fc.string({ unit: 'grapheme' }).filter((text) => !/[[\]]/.test(text));
const bracketed = fc
  .array(
    fc.constantFrom(
      '[',
      ']',
      '[[',
      ']]',
      'say:',
      'json:',
      'call:',
      'a ',
      '{',
      '}',
      '"',
      '\\',
      'sleep:',
      '12',
      'fail',
      'x',
      ' ',
    ),
  )
  .map((pieces) => pieces.join(''));
const directive = fc.oneof(
  fc.nat(999_999_999).map((ms) => `[[sleep:${ms}]]`),
  plain.map((text) => `[[say:${text}]]`),
  fc.json().map((json) => `[[json:${json}]]`),
  fc.dictionary(plain, fc.jsonValue()).map((input) => `[[call:tool ${JSON.stringify(input)}]]`),
  fc.constantFrom('[[fail]]', '[[fail:3]]', '[[error:timeout]]', '[[tokens:1,2]]', '[[cost:0.5]]'),
);

describe('directives, whatever the text', () => {
  it('reads any text without throwing, and never invents a character', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), bracketed), (text) => {
        const read = readDirectives(text);
        expect(read.text.length).toBeLessThanOrEqual(text.length);
        expect(read.text === text).toBe(read.directives.length === 0);
      }),
      { numRuns: 2_000 },
    );
  });

  it('finds every directive between pieces of plain text, and returns exactly these pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(plain, directive)), plain, (pairs, tail) => {
        const text = pairs.map(([before, one]) => before + one).join('') + tail;
        const read = readDirectives(text);
        expect(read.directives).toHaveLength(pairs.length);
        expect(read.text).toBe(pairs.map(([before]) => before).join('') + tail);
      }),
    );
  });

  it('gives back any JSON value as it was written', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(readDirectives(`[[json:${json}]]`)).toEqual({
          text: '',
          directives: [{ name: 'answer', text: json.trim() }],
        });
      }),
    );
  });
});
