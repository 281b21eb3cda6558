import { type Condition, holds, type NodeId, type Plan, type PlanNode } from '#libs/workflow/index.js';
import { contradictionIn, type Keyed } from './contradiction.js';
import { absenceOf, type FieldSource, keyOf, nodeOfSource, sourceOf } from './field-source.js';

/** A node that no run ever reaches, whatever the agents answer. */
export interface Unreachable {
  readonly node: NodeId;
  /** The condition that is to blame, by its place; null: its input is. */
  readonly condition: number | null;
  /** Goes on behind "never runs, because". */
  readonly because: string;
}

/**
 * Only conditions keep a node from running, so only conditional plans have any. Nobody is thought to set variables that
 * are called like a field of an answer.
 */
export function unreachableIn(plan: Plan, nameOf: (id: NodeId) => string): readonly Unreachable[] {
  const found = new Map<NodeId, Unreachable>();
  const asked = new Map<NodeId, readonly Asked[]>();
  for (const node of plan.nodes) {
    const own = node.conditions.map((condition, index) => askedBy(node, condition, index, plan));
    const needed = neededBy(node, own).flatMap((id) => asked.get(id) ?? []);
    asked.set(node.id, [...own, ...needed]);
    const why =
      neverMet(own, plan) ??
      inputless(node, found, nameOf) ??
      deadSource(own, found, nameOf) ??
      clash(node, own, needed, nameOf);
    if (why) found.set(node.id, { node: node.id, ...why });
  }
  return [...found.values()];
}

/** A condition that must hold before a node runs, its own or that of a node it needs. */
interface Asked extends Keyed {
  readonly by: NodeId;
  readonly index: number;
  readonly source: FieldSource;
}

type Why = Omit<Unreachable, 'node'> | null;

function askedBy(node: PlanNode, condition: Condition, index: number, plan: Plan): Asked {
  const source = sourceOf(condition.field, node.reference, plan);
  return { by: node.id, index, condition, source, key: keyOf(source, node.id) };
}

/** The nodes without whose success this one never runs. */
function neededBy({ input }: PlanNode, own: readonly Asked[]): readonly NodeId[] {
  const sources = own.flatMap(({ condition, source }) =>
    condition.operator === 'not_exists' ? [] : (nodeOfSource(source) ?? []),
  );
  return [...new Set([...(input.from === 'result' ? [input.node] : []), ...sources])];
}

function neverMet(own: readonly Asked[], plan: Plan): Why {
  for (const { condition, index, source } of own) {
    const { field, operator } = condition;
    // A bare name may yet be a variable of the context.
    const absence = source.rest === field ? null : absenceOf(source, field);
    if (absence !== null && operator !== 'not_exists') return { condition: index, because: absence };
    if (absence === null && typeof source.of === 'object' && 'start' in source.of) {
      const { start } = source.of;
      if (operator === 'not_exists') return { condition: index, because: `${start} is always there` };
      const scope = { knows: (name: string) => name === start, value: () => plan.strategy };
      if (start === 'workflow_type' && !holds([condition], scope, null)) {
        return { condition: index, because: `workflow_type is ${plan.strategy} here` };
      }
    }
  }
  return null;
}

function inputless({ input }: PlanNode, dead: ReadonlyMap<NodeId, Unreachable>, nameOf: (id: NodeId) => string): Why {
  const parts = input.from === 'combined' ? input.parts : [input];
  const gone = parts.flatMap((part) => (part.from === 'result' && dead.has(part.node) ? [nameOf(part.node)] : []));
  if (gone.length < parts.length || gone.length === 0) return null;
  return { condition: null, because: `it takes its input from ${gone.join(' and ')} alone, which never ${runs(gone)}` };
}

function runs(names: readonly string[]): string {
  return names.length === 1 ? 'runs' : 'run';
}

function deadSource(
  own: readonly Asked[],
  dead: ReadonlyMap<NodeId, Unreachable>,
  nameOf: (id: NodeId) => string,
): Why {
  for (const { condition, index, source } of own) {
    const node = nodeOfSource(source);
    if (node === null || !dead.has(node) || condition.operator === 'not_exists') continue;
    return { condition: index, because: `${condition.field} asks for the result of ${nameOf(node)}, which never runs` };
  }
  return null;
}

function clash(node: PlanNode, own: readonly Asked[], needed: readonly Asked[], nameOf: (id: NodeId) => string): Why {
  const pair = contradictionIn([...own, ...needed]);
  if (!pair) return null;
  const mine = pair.find(({ by }) => by === node.id);
  const [other] = pair.filter((one) => one !== mine);
  if (!mine || !other) {
    const names = pair.map(({ by }) => nameOf(by)).join(' and ');
    const told = pair.map(toldOf).join(' excludes ');
    return { condition: null, because: `it needs ${names}, which never both run: ${told}` };
  }
  const whose = other.by === node.id ? '' : `, which ${nameOf(other.by)} asks for, whom it needs`;
  return { condition: mine.index, because: `${toldOf(mine)} excludes ${toldOf(other)}${whose}` };
}

function toldOf({ condition: { field, operator, value } }: Asked): string {
  const isUnary = operator === 'exists' || operator === 'not_exists';
  return [field, operator, ...(isUnary ? [] : [shortened(JSON.stringify(value))])].join(' ');
}

function shortened(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}
