/** Something that must not be. */
export interface Finding {
  readonly kind: 'lost' | 'doubled' | 'broken';
  /** When it was done, or noticed; ms since 1970. */
  readonly at: number;
  readonly text: string;
}

export class Findings {
  readonly all: Finding[] = [];

  add(kind: Finding['kind'], text: string, at = Date.now()): void {
    this.all.push({ kind, at, text });
  }
}
