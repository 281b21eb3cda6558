import type { Json } from '#libs/kernel/index.js';
import type { ExecutionStarted, StepOutput } from './events.js';
import { latestOutput } from './latest.js';
import type { Condition, Plan, PlanNode } from './plan.js';
import type { State } from './state.js';

/** The context variables of an execution, looked up one by one: nothing is built that no condition asks for. */
export interface Scope {
  /** Whether this is the name of a variable, set or not. */
  readonly knows: (name: string) => boolean;
  /** Undefined: not set, e.g. the result of an agent that has not succeeded. */
  readonly value: (name: string) => unknown;
}

const START_VARIABLES = ['initial_prompt', 'team_id', 'execution_id', 'workflow_type'] as const;
type StartVariable = (typeof START_VARIABLES)[number];

export function isStartVariable(name: string): name is StartVariable {
  return START_VARIABLES.some((known) => known === name);
}

/** The agent of a variable `agent_<id>_result`; null for any other name. Ids may hold any character. */
export function agentOfVariable(name: string): string | null {
  const isResult = name.startsWith('agent_') && name.endsWith('_result') && name.length > 'agent__result'.length;
  return isResult ? name.slice('agent_'.length, -'_result'.length) : null;
}

export function scopeOf(plan: Plan, started: ExecutionStarted, state: State): Scope {
  let nodes: ReadonlyMap<string, PlanNode> | undefined;
  const nodeOf = (name: string): PlanNode | undefined => {
    const agentId = agentOfVariable(name);
    if (agentId === null) return undefined;
    nodes ??= new Map(plan.nodes.map((node) => [node.agentId, node]));
    return nodes.get(agentId);
  };
  return {
    knows: (name) => isStartVariable(name) || nodeOf(name) !== undefined,
    value: (name) => {
      if (isStartVariable(name)) return startVariable(name, plan, started);
      const node = nodeOf(name);
      return node && (latestOutput(state, node.id) ?? undefined);
    },
  };
}

function startVariable(name: StartVariable, plan: Plan, started: ExecutionStarted): string {
  switch (name) {
    case 'initial_prompt':
      return started.prompt;
    case 'team_id':
      return started.teamId;
    case 'execution_id':
      return started.executionId;
    case 'workflow_type':
      return plan.strategy;
  }
}

/** The output that answers the fields of a node's conditions which no variable answers; null: there is none yet. */
export function referenceOf(node: PlanNode, state: State): StepOutput | null {
  return node.reference === null ? lastCompleted(state) : latestOutput(state, node.reference);
}

function lastCompleted(state: State): StepOutput | null {
  let last: { readonly output: StepOutput; readonly endedAt: number } | null = null;
  for (const step of Object.values(state.steps)) {
    if (step.is !== 'succeeded' || step.node === null) continue;
    if (last === null || step.endedAt >= last.endedAt) last = step;
  }
  return last?.output ?? null;
}

/** Whether every condition holds; true for none. Never throws, whatever was written into them or answered by agents. */
export function holds(conditions: readonly Condition[], scope: Scope, reference: StepOutput | null): boolean {
  return conditions.every((condition) => meets(valueAt(condition.field, scope, reference), condition));
}

/** Undefined: there is no such value. The longest beginning that is a variable wins, since agent ids may hold dots. */
export function valueAt(field: string, scope: Scope, reference: StepOutput | null): unknown {
  const name = longestName(field, scope.knows);
  return name === null ? walk(reference, field) : walk(scope.value(name), field.slice(name.length + 1));
}

/** The longest beginning of a dotted path, up to a dot or its end, that is a known name. */
export function longestName(field: string, isKnown: (name: string) => boolean): string | null {
  for (let end = field.length; end > 0; end = field.lastIndexOf('.', end - 1)) {
    const name = field.slice(0, end);
    if (isKnown(name)) return name;
  }
  return null;
}

/** Only what a value itself holds: nothing of a prototype is ever found. */
function walk(from: unknown, path: string): unknown {
  let value = from;
  for (const key of path === '' ? [] : path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    if (Array.isArray(value) && !/^\d+$/.test(key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

function meets(actual: unknown, { operator, value }: Condition): boolean {
  if (actual === undefined) return operator === 'not_exists';
  switch (operator) {
    case 'equals':
      return equal(actual, value);
    case 'not_equals':
      return !equal(actual, value);
    case 'contains':
      return contains(actual, value);
    case 'not_contains':
      return !contains(actual, value);
    case 'greater_than':
      return compared(actual, value, (a, b) => a > b);
    case 'less_than':
      return compared(actual, value, (a, b) => a < b);
    case 'exists':
      return true;
    case 'not_exists':
      return false;
  }
}

/** Text is read as a number or a boolean only where it meets one; otherwise like is compared with like. */
function equal(actual: unknown, wanted: unknown): boolean {
  if (typeof actual === 'string' && typeof wanted !== 'string') return same(likened(actual, wanted), wanted);
  if (typeof wanted === 'string' && typeof actual !== 'string') return same(actual, likened(wanted, actual));
  return same(actual, wanted);
}

function likened(text: string, other: unknown): unknown {
  if (typeof other === 'number') return numberIn(text);
  if (typeof other === 'boolean') return BOOLEANS.get(text.trim().toLowerCase());
  return text;
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
]);

/** Equal as JSON: lists in order, objects key by key. */
function same(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && same(Reflect.get(a, key), Reflect.get(b, key)));
}

function contains(actual: unknown, wanted: Json): boolean {
  if (Array.isArray(actual)) return actual.some((one) => equal(one, wanted));
  if (typeof wanted === 'object') return false;
  if (typeof actual === 'string') return actual.includes(String(wanted));
  return typeof actual === 'object' && actual !== null && Object.hasOwn(actual, String(wanted));
}

function compared(actual: unknown, wanted: unknown, isSo: (a: number, b: number) => boolean): boolean {
  const a = numberIn(actual);
  const b = numberIn(wanted);
  return a !== null && b !== null && isSo(a, b);
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** A number, or text that is nothing but one. */
export function numberIn(value: unknown): number | null {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return null;
  const text = value.trim();
  return NUMBER.test(text) ? Number(text) : null;
}
