/** Something that must not be. */
export interface Flaw {
  readonly kind: 'lost' | 'doubled' | 'broken';
  readonly text: string;
}

export interface Finding extends Flaw {
  /** When it was done, or noticed; ms since 1970. */
  readonly at: number;
}

export class Findings {
  readonly all: Finding[] = [];

  add(kind: Finding['kind'], text: string, at = Date.now()): void {
    this.all.push({ kind, at, text });
  }
}

export const lost = (text: string): Flaw => ({ kind: 'lost', text });
export const doubled = (text: string): Flaw => ({ kind: 'doubled', text });
export const broken = (text: string): Flaw => ({ kind: 'broken', text });
