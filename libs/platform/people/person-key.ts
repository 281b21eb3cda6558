/** Two names with one key are one person's: the case of letters and the way accents are written do not count. */
export function personKey(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}
