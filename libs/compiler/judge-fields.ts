import type { Condition, NodeId } from '#libs/workflow/index.js';
import { type Diagnostic, type Exhibit, type Judge, LOOP_PATH } from './diagnostic.js';
import { absenceOf, nodeOfSource, sourceOf } from './field-source.js';

/** Fields of conditions that nobody is likely to fill. */
export const judgeFields: Judge = (exhibit) => [
  ...exhibit.plan.nodes.flatMap((node) =>
    judged(exhibit, node.conditions, node.reference, `${exhibit.pathOf(node.id)}.conditions`),
  ),
  ...exhibit.plan.loops.flatMap(({ when, from }) => judged(exhibit, when, from, `${LOOP_PATH}.when`)),
];

function judged(
  exhibit: Exhibit,
  conditions: readonly Condition[],
  reference: NodeId | null,
  path: string,
): readonly Diagnostic[] {
  return conditions.flatMap(({ field }, index) => {
    const at = `${path}[${index}].field`;
    return unknown(exhibit, field, reference, at) ?? unlikely(exhibit, field, reference, at) ?? [];
  });
}

function unknown({ plan }: Exhibit, field: string, reference: NodeId | null, path: string): Diagnostic | null {
  const source = sourceOf(field, reference, plan);
  if (source.rest !== field) return null;
  const absence = absenceOf(source, field);
  if (absence === null) return null;
  const message = `Nothing is known by the name ${field}: ${absence}. Unless an agent sets a variable of that name, the condition is never true.`;
  return { severity: 'warning', code: 'workflow.field-unknown', path, message };
}

/** An agent gives what it is told to give: a key that its instructions never mention is there by chance. */
function unlikely(
  { plan, factsOf, nameOf }: Exhibit,
  field: string,
  reference: NodeId | null,
  path: string,
): Diagnostic | null {
  const source = sourceOf(field, reference, plan);
  const node = plan.nodes.find(({ id }) => id === nodeOfSource(source));
  const instructions = node && factsOf(node)?.instructions;
  const [head, key] = source.rest.split('.');
  if (!node || instructions == null || head !== 'data' || key === undefined || /^\d+$/.test(key)) return null;
  if (instructions.toLowerCase().includes(key.toLowerCase())) return null;
  const message = `${nameOf(node.id)} is unlikely to give ${field}: its instructions never mention "${key}". Tell it to answer with a JSON object that has this key.`;
  return { severity: 'warning', code: 'workflow.field-unlikely', path, message };
}
