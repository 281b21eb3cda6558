import { isJsonObject, type Json } from '#libs/kernel/index.js';
import {
  agentOfVariable,
  type Condition,
  isStartVariable,
  longestName,
  type NodeId,
  numberIn,
  OPERATORS,
  type Operator,
} from '#libs/workflow/index.js';
import { earlierNode, type Placed, type Placement } from './compile-order.js';
import type { Refuse } from './workflow.js';

export interface CompiledConditions {
  readonly conditions: readonly Condition[];
  /** The nodes whose results they ask for. */
  readonly needs: readonly NodeId[];
  /** Whether some field may be answered by whichever agent completes last. */
  readonly isOpen: boolean;
}

/** `at` may refer to agents before it. */
export function conditionsOf(
  written: Json | undefined,
  at: Placed,
  placement: Placement,
  path: string,
  refuse: Refuse,
): CompiledConditions {
  const conditions = readConditions(written, path, refuse);
  const needs: NodeId[] = [];
  let isOpen = false;
  for (const [index, { field }] of conditions.entries()) {
    const agentId = agentIn(field, placement);
    if (agentId !== null) {
      const node = earlierNode(agentId, at, placement, `${path}[${index}].field`, refuse);
      if (node !== null) needs.push(node);
    } else if (longestName(field, isStartVariable) === null) {
      isOpen = true;
    }
  }
  return { conditions, needs, isOpen };
}

/** A list of conditions out of free-form JSON, save those that were refused. Null and `{}` are an empty list. */
export function readConditions(written: Json | undefined, path: string, refuse: Refuse): readonly Condition[] {
  if (written === undefined || written === null) return [];
  if (Array.isArray(written)) return written.flatMap((one, index) => readCondition(one, `${path}[${index}]`, refuse));
  if (!isJsonObject(written) || Object.keys(written).length > 0) refuse(path, 'conditions-invalid', 'must be a list');
  return [];
}

function readCondition(written: Json, path: string, refuse: Refuse): readonly Condition[] {
  if (!isJsonObject(written)) {
    refuse(path, 'condition-invalid', 'must be an object with field, operator and value');
    return [];
  }
  const { field, operator, value } = written;
  const isField = typeof field === 'string' && field !== '';
  if (!isField) refuse(`${path}.field`, 'field-missing', 'must be a dotted path such as result or data.category');
  if (!isOperator(operator)) {
    refuse(`${path}.operator`, 'unknown-operator', `must be one of ${OPERATORS.join(', ')}`);
    return [];
  }
  const wrong = wrongValue(operator, value);
  if (wrong !== null) refuse(`${path}.value`, 'value-invalid', wrong);
  return isField ? [{ field, operator, value: value ?? null }] : [];
}

function isOperator(value: unknown): value is Operator {
  return OPERATORS.some((known) => known === value);
}

function wrongValue(operator: Operator, value: Json | undefined): string | null {
  if (operator === 'exists' || operator === 'not_exists') return null;
  if (value === undefined) return 'is required';
  const isOfSize = operator === 'greater_than' || operator === 'less_than';
  return isOfSize && numberIn(value) === null ? 'must be a number' : null;
}

/** The agent whose result a field asks for, known or not; null when it asks for something else. */
function agentIn(field: string, { byAgent }: Placement): string | null {
  const isKnown = (name: string): boolean => byAgent.has(agentOfVariable(name) ?? '');
  const name = longestName(field, isKnown) ?? longestName(field, (one) => agentOfVariable(one) !== null);
  return name === null ? null : agentOfVariable(name);
}
