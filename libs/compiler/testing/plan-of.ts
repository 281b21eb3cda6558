import type { Plan } from '#libs/workflow/index.js';
import { compile } from '../compile.js';
import type { Workflow } from '../workflow.js';

export function planOf(workflow: Workflow): Plan {
  const plan = compile(workflow);
  if (Array.isArray(plan)) throw new Error(plan.map(({ path, message }) => `${path} ${message}`).join('; '));
  return plan;
}
