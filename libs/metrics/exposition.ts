export type Format = 'prometheus' | 'openmetrics';

export interface Family {
  /** With `_total` for counters. */
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped';
  readonly samples: readonly Sample[];
}

export interface Sample {
  /** What follows the name of the family: `_bucket`, `_sum`, `_count`, or nothing. */
  readonly suffix: '' | '_bucket' | '_sum' | '_count';
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

export const CONTENT_TYPE: Readonly<Record<Format, string>> = {
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/** The format a scraper prefers; text for everybody who does not ask for the other one. */
export function formatFor(accept: string | undefined): Format {
  const wishes = (accept ?? '').split(',').map(wish);
  const text = Math.max(0, ...wishes.filter(({ type }) => type === 'text/plain').map(({ weight }) => weight));
  const open = Math.max(
    0,
    ...wishes.filter(({ type }) => type === 'application/openmetrics-text').map(({ weight }) => weight),
  );
  return open > 0 && open >= text ? 'openmetrics' : 'prometheus';
}

function wish(part: string): { readonly type: string; readonly weight: number } {
  const [type = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
  return { type, weight: Number(weight) || 0 };
}

/** Written here because `prom-client` renames counters for good once it has written them as OpenMetrics. */
export function exposition(families: readonly Family[], format: Format): string {
  const text = families.map((family) => written(family, format)).join('');
  return format === 'openmetrics' ? `${text}# EOF\n` : text;
}

function written({ name, help, type, samples }: Family, format: Format): string {
  // OpenMetrics names a counter's family without the suffix that its samples keep.
  const family = format === 'openmetrics' && type === 'counter' ? name.replace(/_total$/, '') : name;
  const kind = format === 'openmetrics' && type === 'untyped' ? 'unknown' : type;
  const head = `# HELP ${family} ${helpText(help, format)}\n# TYPE ${family} ${kind}\n`;
  const base = type === 'counter' && format === 'openmetrics' ? `${family}_total` : name;
  return (
    head +
    samples.map((sample) => `${base}${sample.suffix}${labelText(sample.labels)} ${number(sample.value)}\n`).join('')
  );
}

function helpText(help: string, format: Format): string {
  const escaped = help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return format === 'openmetrics' ? escaped.replaceAll('"', '\\"') : escaped;
}

function labelText(labels: Sample['labels']): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(String(value))}"`);
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}

function number(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return String(value);
}
