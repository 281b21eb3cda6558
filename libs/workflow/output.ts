import type { Json } from '#libs/kernel/index.js';
import type { StepOutput } from './events.js';

const FENCE = '```';
const BEGINS_LIKE_JSON = /^(?:[[{"\-\d]|true|false|null)/;
/** Only such a number can be too large to survive. */
const HUGE_NUMBER = /\de\+?\d{3}/i;
/** What is nested deeper could be read, but not be written again. */
const DEEPEST = 64;

/** An agent's answer as the wire shows it. `data` wins over what the text itself may hold. */
export function outputOf(text: string, seconds: number, data?: Json): StepOutput {
  const found = data ?? dataIn(text);
  return {
    result: text,
    ...(found !== undefined && { data: found }),
    execution_time: Math.round(seconds * 1_000) / 1_000,
  };
}

/** The value of a text that is nothing but one JSON value or one fenced JSON block; undefined for any other text. */
export function dataIn(text: string): Json | undefined {
  const json = unfenced(text.trim());
  if (!BEGINS_LIKE_JSON.test(json)) return undefined;
  try {
    const value: Json = HUGE_NUMBER.test(json) ? JSON.parse(json, finite) : JSON.parse(json);
    return isDeeperThan(DEEPEST, value) ? undefined : value;
  } catch {
    return undefined;
  }
}

function unfenced(text: string): string {
  const firstLineEnds = text.indexOf('\n');
  if (!text.startsWith(FENCE) || !text.endsWith(FENCE) || firstLineEnds === -1) return text;
  const label = text.slice(FENCE.length, firstLineEnds).trim().toLowerCase();
  return label === '' || label === 'json' ? text.slice(firstLineEnds, -FENCE.length).trim() : text;
}

function finite(_: string, value: Json): Json {
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) throw new RangeError('not JSON');
  return value;
}

function isDeeperThan(limit: number, value: Json): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return limit === 0 || Object.values(value).some((one) => isDeeperThan(limit - 1, one));
}
