import type { Kind, Parsed, Raw } from './key.js';

export function accepted<T>(value: T): Parsed<T> {
  return { ok: true, value };
}

export function refused(because: string): Parsed<never> {
  return { ok: false, because };
}

/** A kind written as one word or number; a list is refused. */
export function scalar<T>(allowed: string, read: (text: string) => T | undefined, secret = false): Kind<T> {
  return {
    allowed,
    secret,
    parse(raw: Raw): Parsed<T> {
      const value = typeof raw === 'string' ? read(raw) : undefined;
      return value === undefined ? refused(allowed) : accepted(value);
    },
  };
}

/** A kind written as a list in YAML or with commas; `none` and `off` are the empty list. */
export function list<T>(allowed: string, readOne: (text: string) => T | undefined): Kind<readonly T[]> {
  return {
    allowed,
    secret: false,
    parse(raw: Raw): Parsed<readonly T[]> {
      const entries = (typeof raw === 'string' ? raw.split(',') : raw).map((entry) => entry.trim()).filter(Boolean);
      if (entries.length === 1 && (entries[0] === 'none' || entries[0] === 'off')) return accepted([]);
      const values: T[] = [];
      for (const entry of entries) {
        const value = readOne(entry);
        if (value === undefined) return refused(`${allowed}; ${JSON.stringify(entry.slice(0, 60))} is not one`);
        values.push(value);
      }
      return accepted(values);
    },
  };
}

interface Bounds {
  readonly min: number;
  readonly max: number;
}

export function whole({ min, max, unit }: Bounds & { readonly unit?: string }): Kind<number> {
  return scalar(`a whole number${unit ? ` of ${unit}` : ''} from ${grouped(min)} to ${grouped(max)}`, (text) =>
    within(wholeOf(text), { min, max }),
  );
}

/** Written in seconds, held in milliseconds. */
export function seconds({ min, max }: Bounds): Kind<number> {
  return scalar(`a whole number of seconds from ${grouped(min)} to ${grouped(max)}`, (text) => {
    const value = within(wholeOf(text), { min, max });
    return value === undefined ? undefined : value * 1_000;
  });
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Written like `90s`, `12h`, `1d`; held in milliseconds. A bare number is refused: nobody can tell its unit. */
export function duration({ min, max }: { readonly min: string; readonly max: string }): Kind<number> {
  const bounds = { min: milliseconds(min) ?? 0, max: milliseconds(max) ?? Number.MAX_SAFE_INTEGER };
  return scalar(`a duration from ${min} to ${max}, such as 90s, 30m, 12h or 7d`, (text) =>
    within(milliseconds(text), bounds),
  );
}

export function usd({ max }: { readonly max: number }): Kind<number> {
  return scalar(`an amount in US dollars from 0 to ${grouped(max)}, such as 25 or 0.5`, (text) =>
    within(/^\d{1,12}(\.\d{1,6})?$/.test(text) ? Number(text) : undefined, { min: 0, max }),
  );
}

export function oneOf<const T extends string>(...values: readonly T[]): Kind<T> {
  return scalar(`one of ${values.join(', ')}`, (text) => values.find((value) => value === text));
}

export function text(allowed: string, pattern: RegExp): Kind<string> {
  return scalar(allowed, (written) => (pattern.test(written) ? written : undefined));
}

function wholeOf(written: string): number | undefined {
  return /^\d{1,15}$/.test(written) ? Number(written) : undefined;
}

function milliseconds(written: string): number | undefined {
  const [, amount, unit] = /^(\d{1,12})(ms|s|m|h|d)$/.exec(written) ?? [];
  const size = UNIT_MS[unit ?? ''];
  return size === undefined ? undefined : Number(amount) * size;
}

function within(value: number | undefined, { min, max }: Bounds): number | undefined {
  return value !== undefined && value >= min && value <= max ? value : undefined;
}

function grouped(value: number): string {
  return value.toLocaleString('en-US');
}
