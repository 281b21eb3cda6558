import type { Json } from '#libs/kernel/index.js';
import { type Condition, holds, numberIn } from '#libs/workflow/index.js';

/*
 * Invariant: sound, not complete. Two conditions that are named here are met by no value at all; of others nothing is
 * claimed. Linear in the number of conditions, whatever was written into them.
 */

/** A condition, and by `key` what it asks about: those with one key see one value. */
export interface Keyed {
  readonly key: string;
  readonly condition: Condition;
}

/** Two that exclude each other; null: none were found. */
export function contradictionIn<K extends Keyed>(conditions: readonly K[]): readonly [K, K] | null {
  for (const alike of Map.groupBy(conditions, ({ key }) => key).values()) {
    const clash = absentAndPresent(alike) ?? equalAndOther(alike) ?? crossedBounds(alike) ?? heldAndNotHeld(alike);
    if (clash) return clash;
  }
  return null;
}

type Clash<K> = readonly [K, K] | null;

/** What is not there meets nothing but `not_exists`. */
function absentAndPresent<K extends Keyed>(alike: readonly K[]): Clash<K> {
  const absent = alike.find(({ condition }) => condition.operator === 'not_exists');
  const present = alike.find(({ condition }) => condition.operator !== 'not_exists');
  return absent && present ? [absent, present] : null;
}

function equalAndOther<K extends Keyed>(alike: readonly K[]): Clash<K> {
  const fixed = alike.find(({ condition }) => condition.operator === 'equals');
  const other = fixed && alike.find(({ condition }) => excludes(fixed.condition, condition));
  return fixed && other ? [fixed, other] : null;
}

/** Whether no value that equals `fixed.value` meets the other. */
function excludes(fixed: Condition, other: Condition): boolean {
  switch (other.operator) {
    case 'equals':
      return !likes(fixed)
        .concat(likes(other))
        .some((value) => meets(value, fixed) && meets(value, other));
    case 'greater_than':
    case 'less_than':
      return !likes(fixed).some((value) => meets(value, other));
    case 'not_equals':
      return JSON.stringify(fixed.value) === JSON.stringify(other.value);
    case 'contains':
    case 'not_contains': {
      // Of a number or a boolean it is not known how it is written.
      const isText = typeof fixed.value === 'string' && likes(fixed).length === 1;
      return isText && !meets(fixed.value, other);
    }
    case 'exists':
    case 'not_exists':
      return false;
  }
}

/** The value, and what a text may have been meant as. */
function likes({ value }: Condition): readonly Json[] {
  if (typeof value !== 'string') return [value];
  const number = numberIn(value);
  const word = value.trim().toLowerCase();
  if (number !== null) return [value, number];
  return word === 'true' || word === 'false' ? [value, word === 'true'] : [value];
}

function meets(value: Json, condition: Condition): boolean {
  const scope = { knows: (name: string) => name === 'value', value: () => value };
  return holds([{ ...condition, field: 'value' }], scope, null);
}

function crossedBounds<K extends Keyed>(alike: readonly K[]): Clash<K> {
  const bounds = (operator: Condition['operator']): readonly K[] =>
    alike.filter(({ condition }) => condition.operator === operator && numberIn(condition.value) !== null);
  const size = ({ condition }: K): number => numberIn(condition.value) ?? 0;
  const low = bounds('greater_than').reduce<K | null>(
    (best, one) => (best && size(best) >= size(one) ? best : one),
    null,
  );
  const high = bounds('less_than').reduce<K | null>(
    (best, one) => (best && size(best) <= size(one) ? best : one),
    null,
  );
  return low && high && size(high) <= size(low) ? [low, high] : null;
}

function heldAndNotHeld<K extends Keyed>(alike: readonly K[]): Clash<K> {
  const of = (operator: Condition['operator']): readonly K[] =>
    alike.filter(({ condition }) => condition.operator === operator);
  const held = new Map(of('contains').map((one) => [JSON.stringify(one.condition.value), one]));
  for (const other of of('not_contains')) {
    const one = held.get(JSON.stringify(other.condition.value));
    if (one) return [one, other];
  }
  return null;
}
