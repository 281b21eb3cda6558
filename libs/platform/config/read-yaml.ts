import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Scalar } from 'yaml';
import type { ConfigurationProblem } from './configuration.errors.js';
import type { Raw } from './key.js';

export interface SourceFile {
  readonly name: string;
  readonly text: string;
}

/** One value of a file and the place where it stands. `raw` is null for a key that is named but left empty. */
export interface Leaf {
  readonly segments: readonly string[];
  readonly raw: Raw | null;
  readonly where: string;
}

export interface ReadFile {
  readonly leaves: readonly Leaf[];
  readonly problems: readonly ConfigurationProblem[];
}

/** Flattens a YAML file into its leaves. Values stay text: what a number or a duration is, the key's kind decides. */
export function readYaml({ name, text }: SourceFile): ReadFile {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  const whereIs = (offset: number | undefined): string => `${name}:${counter.linePos(offset ?? 0).line}`;
  const problems: ConfigurationProblem[] = [];
  const leaves: Leaf[] = [];
  const wrong = (key: string, problem: string, where: string): number => problems.push({ key, problem, where });

  for (const error of document.errors) wrong('YAML', `cannot be read: ${error.message}`, whereIs(error.pos[0]));
  if (problems.length > 0) return { leaves, problems };

  const visit = (node: unknown, segments: readonly string[], where: string): void => {
    const path = segments.join('.');
    const target = isAlias(node) ? node.resolve(document as Document) : node;
    if (isMap(target)) {
      for (const pair of target.items) {
        const at = isScalar(pair.key) ? pair.key : undefined;
        const from = whereIs(at?.range?.[0]);
        if (at === undefined) wrong(path || 'YAML', 'has a key that is not plain text', where);
        else visit(pair.value, [...segments, written(at)], from);
      }
    } else if (isSeq(target)) {
      const entries = target.items.map((item) => (isScalar(item) ? written(item) : undefined));
      if (entries.includes(undefined)) wrong(path, 'must be a list of plain values', where);
      else leaves.push({ segments, raw: entries.filter((entry) => entry !== undefined), where });
    } else if (isScalar(target) && target.value !== null) {
      leaves.push({ segments, raw: written(target), where });
    } else {
      leaves.push({ segments, raw: null, where });
    }
  };

  if (isMap(document.contents)) visit(document.contents, [], `${name}:1`);
  else if (document.contents !== null) wrong('YAML', 'must be keys and values', `${name}:1`);
  return { leaves, problems };
}

/** The text as it stands in the file, so that `0x10` or `1e3` are not quietly turned into numbers. */
function written(scalar: Scalar): string {
  return typeof scalar.value === 'string' ? scalar.value : (scalar.source ?? String(scalar.value));
}
