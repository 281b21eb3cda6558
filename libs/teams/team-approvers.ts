import type { Problem, Workflow } from '#libs/compiler/index.js';

export interface Approver {
  /** As the workflow names them: a user id or an e-mail address. */
  readonly name: string;
  readonly path: string;
}

/** Everybody whom a workflow that compiles asks to agree. */
export function approversOf({ agents }: Workflow): readonly Approver[] {
  return agents.flatMap(({ approval }, agent) => {
    const names = Array.isArray(approval?.approvers) ? approval.approvers : [];
    const path = `workflow_definition.agents[${agent}].approval.approvers`;
    return names.flatMap((name, n) => (typeof name === 'string' ? [{ name, path: `${path}[${n}]` }] : []));
  });
}

/** `ids`: of those who can sign in, by name. One person counts once, under whatever names. */
export function approverProblems(approvers: readonly Approver[], ids: ReadonlyMap<string, string>): readonly Problem[] {
  const seen = new Set<string>();
  return approvers.flatMap(({ name, path }) => {
    const id = ids.get(name);
    const problem = { path, code: 'workflow.approval-invalid' };
    if (id === undefined)
      return [{ ...problem, message: 'must be the user id or e-mail address of somebody who can sign in here' }];
    const seat = `${path.slice(0, path.lastIndexOf('['))} ${id}`;
    if (seen.has(seat)) return [{ ...problem, message: 'must not name anybody twice' }];
    seen.add(seat);
    return [];
  });
}
