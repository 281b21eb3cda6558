import type { Judge } from './diagnostic.js';
import { unreachableIn } from './unreachable.js';

/** Members that no run ever reaches. */
export const judgeReach: Judge = ({ plan, nameOf, pathOf }) =>
  unreachableIn(plan, nameOf).map(({ node, condition, because }) => ({
    severity: 'warning',
    code: 'workflow.unreachable',
    path: condition === null ? `${pathOf(node)}.input` : `${pathOf(node)}.conditions[${condition}]`,
    message: `${nameOf(node)} never runs, because ${because}. Change the ${condition === null ? 'input' : 'condition'}, or take the agent out.`,
  }));
