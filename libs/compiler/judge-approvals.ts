import type { Judge } from './diagnostic.js';

/** Waiting that nothing but a person ends. Who cannot be asked at all, `compile` refuses. */
export const judgeApprovals: Judge = ({ plan, nameOf, pathOf }) =>
  plan.nodes.flatMap(({ id, approval }) =>
    approval?.expiresMs === null
      ? {
          severity: 'info',
          code: 'workflow.approval-endless',
          path: `${pathOf(id)}.approval.expires_s`,
          message: `A run waits at ${nameOf(id)} until somebody decides, for ever if nobody does. Set expires_s, and on_expiry to what shall count then.`,
        }
      : [],
  );
