import {
  agentOfVariable,
  isDeclared,
  isStartVariable,
  longestName,
  type NodeId,
  type Plan,
} from '#libs/workflow/index.js';

/** What answers the field of a condition, and the dotted path within that. */
export interface FieldSource {
  /** A text of the start, a variable of the context, the output of a node, or of whichever agent completed last. */
  readonly of: { readonly start: string } | { readonly context: string } | { readonly node: NodeId } | 'latest';
  readonly rest: string;
}

/** As `valueAt` finds it. `reference`: the node whose output answers what no variable answers. */
export function sourceOf(field: string, reference: NodeId | null, plan: Plan): FieldSource {
  const nodeOf = (name: string) => plan.nodes.find(({ agentId }) => agentId === agentOfVariable(name));
  const isKnown = (one: string) => isStartVariable(one) || isDeclared(plan, one) || nodeOf(one) !== undefined;
  const name = longestName(field, isKnown);
  if (name === null) return { of: reference === null ? 'latest' : { node: reference }, rest: field };
  const node = nodeOf(name);
  const rest = field.slice(name.length + 1);
  if (node) return { of: { node: node.id }, rest };
  return { of: isStartVariable(name) ? { start: name } : { context: name }, rest };
}

export function nodeOfSource({ of }: FieldSource): NodeId | null {
  return typeof of === 'object' && 'node' in of ? of.node : null;
}

/** Two fields with one key have one value, wherever they stand. `asker` tells whose latest agent is meant. */
export function keyOf({ of, rest }: FieldSource, asker: NodeId): string {
  if (of === 'latest') return `latest for ${asker}: ${rest}`;
  if ('node' in of) return `${of.node}: ${rest}`;
  return 'start' in of ? `start ${of.start}: ${rest}` : `context ${of.context}: ${rest}`;
}

/** Why there is never a value, in words that go on behind "never runs, because"; null: there may be one. */
export function absenceOf(source: FieldSource, field: string): string | null {
  const { of, rest } = source;
  if (typeof of === 'object' && 'context' in of) return null;
  if (typeof of === 'object' && 'start' in of) {
    return rest === '' ? null : `${of.start} is a text, which has no ${rest}`;
  }
  const [head = '', ...deeper] = rest.split('.');
  if (rest === '' || head === 'data') return null;
  if (head === 'result' || head === 'execution_time') {
    return deeper.length === 0 ? null : `${head} is no object; what an agent answers as JSON is under data`;
  }
  const meant = `${field.slice(0, field.length - rest.length)}data.${rest}`;
  return `an agent's output holds only result, data and execution_time, and so ${field} is never there (is ${meant} meant?)`;
}
