import { ENVIRONMENTS, type Key, type Raw } from './key.js';
import { ALL_KEYS } from './keys.js';

/** The table of the documentation, in Markdown. Pure: the same declarations give the same text. */
export function configurationTable(keys: readonly Key<unknown>[] = ALL_KEYS): string {
  const rows = keys.map((key) => row([variableOf(key), placeOf(key), defaultOf(key), allowedOf(key), meaningOf(key)]));
  return [row(['Variable', 'In the files', 'Default', 'Allowed', 'Meaning']), row(Array(5).fill('---')), ...rows].join(
    '\n',
  );
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function variableOf({ variable, kind }: Key<unknown>): string {
  return kind.secret ? `\`${variable}\`, \`…_FILE\`` : `\`${variable}\``;
}

function placeOf({ path }: Key<unknown>): string {
  return path === undefined ? '–' : `\`${path}\``;
}

function defaultOf(key: Key<unknown>): string {
  if (key.unset !== undefined) return key.unset;
  const usual = key.defaultIn('development');
  if (!key.variesByEnvironment) return cellOf(usual);
  const byValue = Map.groupBy(ENVIRONMENTS, (environment) => cellOf(key.defaultIn(environment)));
  return [...byValue].map(([value, environments]) => `${environments.join(', ')}: ${value}`).join('; ');
}

function cellOf(raw: Raw | undefined): string {
  if (raw === undefined) return 'unset';
  const text = typeof raw === 'string' ? raw : raw.join(', ');
  return text === '' ? 'none' : `\`${text}\``;
}

function allowedOf({ kind }: Key<unknown>): string {
  return kind.allowed;
}

function meaningOf({ comment, live, later }: Key<unknown>): string {
  return [comment, live ? '*Live.*' : '', later ? `*Not yet in effect: ${later}.*` : ''].filter(Boolean).join(' ');
}
