import { NO_MONEY } from '#libs/kernel/index.js';
import { costOf, type PriceTable, priceOf } from './price.js';

const table: PriceTable = {
  'gpt-4': { inMicrosPer1k: 30_000, outMicrosPer1k: 60_000 },
  'gpt-4o': { inMicrosPer1k: 5_000, outMicrosPer1k: 15_000 },
};

describe('the price of a model', () => {
  it('is that of the longest beginning of its name', () => {
    expect(priceOf(table, 'gpt-4o-mini')).toBe(table['gpt-4o']);
    expect(priceOf(table, 'gpt-4-turbo')).toBe(table['gpt-4']);
  });

  it('is never guessed', () => {
    expect(priceOf(table, 'gpt-3.5')).toBeNull();
    expect(priceOf(table, 'openai/gpt-4')).toBeNull();
    expect(priceOf(table, 'constructor')).toBeNull();
    expect(priceOf({}, '')).toBeNull();
  });
});

describe('the cost of a call', () => {
  it('is counted per thousand tokens in and out, in whole millionths of a dollar', () => {
    expect(costOf({ inMicrosPer1k: 5_000, outMicrosPer1k: 15_000 }, 1_500, 100)).toEqual({
      costMicros: 9_000,
      incomplete: false,
    });
    expect(costOf({ inMicrosPer1k: 1, outMicrosPer1k: 0 }, 499, 0).costMicros).toBe(0);
  });

  it('without a price is only known when nothing was used', () => {
    expect(costOf(null, 1, 0)).toEqual({ costMicros: NO_MONEY, incomplete: true });
    expect(costOf(null, 0, 0)).toEqual({ costMicros: NO_MONEY, incomplete: false });
  });
});
