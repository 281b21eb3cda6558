import type { NodeId, Plan } from '#libs/workflow/index.js';
import { sketch } from './compile.js';
import type { Placement } from './compile-order.js';
import { type Diagnostic, type Exhibit, type Judge, LOOP_PATH, SEVERITIES, type WorkflowFacts } from './diagnostic.js';
import { judgeAgents } from './judge-agents.js';
import { judgeApprovals } from './judge-approvals.js';
import { judgeFields } from './judge-fields.js';
import { judgeInputs } from './judge-inputs.js';
import { judgeLoops } from './judge-loops.js';
import { judgeReach } from './judge-reach.js';
import { unreachableIn } from './unreachable.js';
import type { Problem, Workflow } from './workflow.js';
import { NOTHING_RUNS, type WorstCase, worstCaseOf } from './worst-case.js';

/** What can be said of a workflow before anything runs. */
export interface Diagnosis {
  /** Null: it does not compile. */
  readonly plan: Plan | null;
  /** Errors first, and those of one severity in the order of the workflow. */
  readonly diagnostics: readonly Diagnostic[];
  readonly worstCase: WorstCase;
}

/** An answer must not outgrow its question. */
const MOST_TOLD = 100;

const JUDGES: readonly Judge[] = [judgeReach, judgeInputs, judgeFields, judgeLoops, judgeApprovals, judgeAgents];

/**
 * Everything that is wrong with a workflow, at once: every problem of `compile`, and what would make a run fail, or end
 * otherwise than its writer meant. What follows from a problem alone is left out. Total: any workflow gets an answer.
 */
export function diagnose(workflow: Workflow, agentIds: readonly string[], facts: WorkflowFacts): Diagnosis {
  const { placement, plan, problems } = sketch(workflow, { agentIds });
  const refused = problems.map(told);
  if (placement.agents.length > facts.agentLimit) {
    return { plan: null, diagnostics: ordered([...refused, tooMany(facts.agentLimit)]), worstCase: NOTHING_RUNS };
  }
  const exhibit = exhibitOf(workflow, plan, placement, facts);
  const judged = JUDGES.flatMap((judge) => judge(exhibit)).filter((one) => !followsFrom(problems, one));
  const diagnostics = ordered([...refused, ...judged]);
  if (problems.length > 0) return { plan: null, diagnostics, worstCase: NOTHING_RUNS };
  const skipped = new Set(unreachableIn(plan, exhibit.nameOf).map(({ node }) => node));
  return { plan, diagnostics, worstCase: worstCaseOf(plan, facts, skipped) };
}

function exhibitOf(workflow: Workflow, plan: Plan, { agents }: Placement, facts: WorkflowFacts): Exhibit {
  const agentOf = (id: NodeId): string => agents.find((placed) => placed.id === id)?.agent.agent_id ?? id;
  return {
    workflow,
    plan,
    facts,
    nameOf: (id) => `"${facts.agents.get(agentOf(id))?.name ?? agentOf(id)}"`,
    pathOf: (id) => agents.find((placed) => placed.id === id)?.path ?? 'workflow_definition.agents',
    factsOf: ({ agentId }) => facts.agents.get(agentId),
  };
}

function told({ path, code, message }: Problem): Diagnostic {
  return { severity: 'error', code, path, message: `${path} ${message}.` };
}

function tooMany(limit: number): Diagnostic {
  return {
    severity: 'error',
    code: 'team.agent-limit-reached',
    path: 'workflow_definition.agents',
    message: `A team may have ${limit} agents at most. Take some out, or make two teams of it.`,
  };
}

/** Of an agent or a loop that did not compile nothing is known but what is known of any agent. */
function followsFrom(problems: readonly Problem[], { code, path }: Diagnostic): boolean {
  if (!code.startsWith('workflow.')) return false;
  const part = path.startsWith(LOOP_PATH) ? LOOP_PATH : (/^workflow_definition\.agents\[\d+\]/.exec(path)?.[0] ?? path);
  return problems.some((problem) => problem.path === part || problem.path.startsWith(`${part}.`));
}

function ordered(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const rank = ({ severity }: Diagnostic): number => SEVERITIES.indexOf(severity);
  return diagnostics.toSorted((a, b) => rank(a) - rank(b) || byPlace(a.path, b.path)).slice(0, MOST_TOLD);
}

/** `agents[2]` before `agents[10]`. */
function byPlace(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
