/** Money: whole millionths of a US dollar, so that sums never drift. */
export type Micros = number & { readonly __unit: 'micro-usd' };

export const NO_MONEY = 0 as Micros;

export function micros(value: number): Micros {
  return Math.round(value) as Micros;
}

/** Only at the edges, where people and the wire speak of dollars. */
export function toUsd(value: Micros): number {
  return value / 1_000_000;
}

export function fromUsd(usd: number): Micros {
  return micros(usd * 1_000_000);
}
