import type { Json } from '#libs/kernel/index.js';
import type { StepOutput } from './events.js';
import type { Condition } from './plan.js';
import { longestName, type Scope } from './scope.js';

/** Whether every condition holds; true for none. Never throws, whatever was written into them or answered by agents. */
export function holds(conditions: readonly Condition[], scope: Scope, reference: StepOutput | null): boolean {
  return conditions.every((condition) => meets(valueAt(condition.field, scope, reference), condition));
}

/** Undefined: there is no such value. The longest beginning that is a variable wins, since agent ids may hold dots. */
export function valueAt(field: string, scope: Scope, reference: StepOutput | null): unknown {
  const name = longestName(field, scope.knows);
  return name === null ? walk(reference, field) : walk(scope.value(name), field.slice(name.length + 1));
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
