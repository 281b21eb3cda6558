import fc from 'fast-check';
import type { Json } from '#libs/kernel/index.js';
import type { EventBody } from '#libs/workflow/index.js';
import { readBody, writeBody } from './event-text.js';

const KIB = 1024;

const bodyWith = (data: Json, result = ''): EventBody => ({
  kind: 'step-succeeded',
  step: 's1',
  attempt: 1,
  epoch: 1,
  output: { result, data, execution_time: 1 },
  usage: null,
});

const throughStorage = (body: EventBody): EventBody => {
  const { body: text, places, payloads } = writeBody(body);
  return readBody(text, places, (hash) => payloads.find((payload) => payload.hash === hash)?.body ?? 'lost');
};

test('a small body is stored as it is', () => {
  const body = bodyWith({ a: [1, 'two', null] }, 'x'.repeat(7 * KIB));
  expect(writeBody(body)).toEqual({ body: JSON.stringify(body), places: null, payloads: [] });
});

test('bytes count, not characters', () => {
  expect(writeBody(bodyWith(null, 'x'.repeat(5 * KIB))).payloads).toHaveLength(0);
  expect(writeBody(bodyWith(null, '€'.repeat(5 * KIB))).payloads).toHaveLength(1);
});

test('only what is large lies apart, and the same text only once', () => {
  const large = 'x'.repeat(9 * KIB);
  const { body, payloads } = writeBody(bodyWith({ small: 'y', again: large }, large));
  expect(payloads).toHaveLength(1);
  expect(JSON.parse(body)).toMatchObject({ output: { result: null, data: { small: 'y', again: null } } });
});

test('what is large only as a whole lies apart as a whole', () => {
  const many = Array.from({ length: 3_000 }, (_, n) => n);
  const { body, payloads } = writeBody(bodyWith(many, 'short'));
  expect(payloads.map((payload) => payload.body)).toEqual([JSON.stringify(many)]);
  expect(JSON.parse(body)).toMatchObject({ output: { result: 'short', data: null } });
});

test('a body of many middling parts stays whole', () => {
  const part = 'x'.repeat(7 * KIB);
  const body: EventBody = { kind: 'cancel-requested', by: part, reason: part };
  expect(writeBody(body)).toMatchObject({ places: null, payloads: [] });
  expect(throughStorage(body)).toEqual(body);
});

test('deeply nested data is measured a bounded number of times', () => {
  let nested: Json = 'x'.repeat(200 * KIB);
  for (let depth = 0; depth < 200; depth += 1) nested = { nested };
  expect(writeBody(bodyWith(nested)).payloads).toHaveLength(1);
  expect(throughStorage(bodyWith(nested))).toEqual(bodyWith(nested));
});

test('whatever a body holds, it comes back as JSON would bring it back', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .tuple(fc.string({ minLength: 1 }), fc.integer({ min: 1, max: 4_000 }))
      .map(([piece, times]) => piece.repeat(times)),
  );
  const { tree } = fc.letrec<{ tree: Json }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 6, withCrossShrink: true },
      fc.oneof(text, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null)),
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', '')), tie('tree'), {
        maxKeys: 4,
      }),
    ),
  }));
  fc.assert(
    fc.property(tree, text, (data, result) => {
      const body = bodyWith(data, result);
      expect(JSON.stringify(throughStorage(body))).toBe(JSON.stringify(body));
    }),
    { numRuns: 300 },
  );
});
