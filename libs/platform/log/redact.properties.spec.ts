import fc from 'fast-check';
import { redacted } from './redact.js';

const CANARY = 'c4n4ryc4n4ryc4n4ry';

/** Texts and objects that hold the canary in a form we promise to recognise. */
const planted = fc.oneof(
  fc.constantFrom(
    `Bearer ${CANARY}`,
    `sk-${CANARY}`,
    `rnm_pat_${CANARY}`,
    `/x?token=${CANARY}`,
    `redis://:${CANARY}@host`,
    `eyJ${CANARY}.${CANARY}.${CANARY}`,
  ),
  fc.constantFrom('password', 'Cookie', 'x-api-key', 'accessToken').map((name) => ({ [name]: CANARY })),
);

const around = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    planted,
    fc.tuple(fc.constantFrom('', '\n', '\t', '"', ' see: '), planted).map(([before, it]) => {
      return typeof it === 'string' ? `${before}${it}` : it;
    }),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(fc.string({ maxLength: 5 }), tie('tree'), { maxKeys: 3 }),
    tie('tree').map((inner) => new Error(typeof inner === 'string' ? inner : 'failed', { cause: inner })),
    tie('tree').map((inner) => JSON.stringify(inner)),
  ),
})).tree;

test('a planted secret never gets through, wherever it stands', () => {
  fc.assert(
    fc.property(around, (value) => {
      expect(JSON.stringify(redacted(value))).not.toContain(CANARY);
    }),
    { numRuns: 500 },
  );
});
