import type { Spread } from './statistics.js';

/** One line of the report. */
export interface Figure {
  readonly what: string;
  readonly unit: string;
  readonly ours: Spread;
  /** The same job done by the bare program, in the same rounds. */
  readonly floor?: Spread;
  /** Ours against the floor, round by round. */
  readonly against?: { readonly says: 'ours / floor' | 'ours − floor'; readonly spread: Spread };
  readonly target?: Target;
}

export interface Target {
  readonly text: string;
  readonly isMet: boolean;
}

const HEADINGS = ['', 'ours', 'floor', 'against the floor', 'target', ''] as const;

export function tableOf(figures: readonly Figure[]): string {
  return inColumns([HEADINGS, ...figures.map(cellsOf)]);
}

/** The first row is the heading. */
export function inColumns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [lines[0], widths.map((width) => '─'.repeat(width)).join('  '), ...lines.slice(1)].join('\n');
}

function cellsOf({ what, unit, ours, floor, against, target }: Figure): readonly string[] {
  return [
    what,
    `${shown(ours)} ${unit}`,
    floor ? `${shown(floor)} ${unit}` : '',
    against ? `${shown(against.spread)} ${against.says === 'ours / floor' ? '×' : unit}` : '',
    target?.text ?? '',
    target ? (target.isMet ? 'met' : 'MISSED') : '',
  ];
}

function shown({ median, min, max }: Spread): string {
  return min === max ? rounded(median) : `${rounded(median)} (${rounded(min)}–${rounded(max)})`;
}

/** Three digits that mean something; thousands whole. */
function rounded(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

/** `isMet` for figures that must not grow, or not shrink. */
export function atMost(limit: number, value: Spread, text = `≤ ${limit}`): Target {
  return { text, isMet: value.median <= limit };
}

export function atLeast(limit: number, value: Spread, text = `≥ ${limit}`): Target {
  return { text, isMet: value.median >= limit };
}
