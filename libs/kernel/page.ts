/** One page of a list, as the wire shows it. `pages` is 0 for an empty list. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
  readonly page: number;
  readonly limit: number;
  readonly pages: number;
}

export function pageOf<T>(items: readonly T[], total: number, page: number, limit: number): Page<T> {
  return { items, total, page, limit, pages: Math.ceil(total / limit) };
}
