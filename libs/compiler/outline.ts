import type { NodeId, Plan, PlanNode } from '#libs/workflow/index.js';
import { nodeOfSource, sourceOf } from './field-source.js';

/** A plan as one draws it: who stands in which column, and why there is an arrow. */
export interface Outline {
  /** By node; those of one column may run side by side, from 1. */
  readonly columns: ReadonlyMap<NodeId, number>;
  readonly edges: readonly Edge[];
}

export interface Edge {
  readonly from: NodeId;
  readonly to: NodeId;
  /** `to` reads the result as its input, or in a condition, or only begins afterwards. */
  readonly why: 'input' | 'condition' | 'order';
}

export function outlineOf(plan: Plan): Outline {
  const columns = new Map<NodeId, number>();
  for (const { id, after } of plan.nodes) {
    columns.set(id, 1 + Math.max(0, ...after.map((before) => columns.get(before) ?? 0)));
  }
  const edges = plan.nodes.flatMap((node) =>
    node.after.map((from): Edge => ({ from, to: node.id, why: reasonOf(plan, node, from) })),
  );
  return { columns, edges };
}

function reasonOf(plan: Plan, { input, conditions, reference }: PlanNode, from: NodeId): Edge['why'] {
  const parts = input.from === 'combined' ? input.parts : [input];
  const isRead = parts.some((part) => {
    if (part.from === 'result') return part.node === from;
    return part.from === 'variable' && nodeOfSource(sourceOf(part.name, null, plan)) === from;
  });
  if (isRead) return 'input';
  const isAsked = conditions.some(({ field }) => nodeOfSource(sourceOf(field, reference, plan)) === from);
  return isAsked ? 'condition' : 'order';
}
