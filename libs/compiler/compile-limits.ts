import { isJsonObject, type Json } from '#libs/kernel/index.js';
import { RETRYABLE, type Retryable, type RetryPolicy } from '#libs/workflow/index.js';
import type { Refuse } from './workflow.js';

const LONGEST_SECONDS = 86_400;

/** The parts of a free-form `retry_config` that mean something, with what each is when it is absent. */
const RETRY_NUMBERS = {
  max_attempts: { from: 1, to: 10, usual: 1, what: 'a whole number' },
  initial_delay: { from: 0, to: LONGEST_SECONDS, usual: 1, what: 'a number of seconds' },
  backoff_factor: { from: 1, to: 100, usual: 2, what: 'a number' },
  max_delay: { from: 0, to: LONGEST_SECONDS, usual: 60, what: 'a number of seconds' },
} as const;

export function timeoutMsOf(seconds: unknown, path: string, refuse: Refuse): number | null {
  if (seconds === undefined || seconds === null) return null;
  if (typeof seconds === 'number' && seconds > 0 && seconds <= LONGEST_SECONDS) return Math.ceil(seconds * 1_000);
  refuse(path, 'timeout-invalid', `must be a number of seconds above 0 and up to ${LONGEST_SECONDS}`);
  return null;
}

export function retryOf(written: Json | undefined, path: string, refuse: Refuse): RetryPolicy {
  const config = written ?? {};
  const isConfig = isJsonObject(config);
  if (!isConfig) refuse(path, 'retry-invalid', 'must be an object');

  const number = (name: keyof typeof RETRY_NUMBERS): number => {
    const { from, to, usual, what } = RETRY_NUMBERS[name];
    const value = (isConfig ? config[name] : null) ?? usual;
    const isWhole = name !== 'max_attempts' || Number.isInteger(value);
    if (typeof value === 'number' && value >= from && value <= to && isWhole) return value;
    refuse(`${path}.${name}`, 'retry-invalid', `must be ${what} from ${from} to ${to}`);
    return usual;
  };
  return {
    attempts: number('max_attempts'),
    firstMs: Math.round(number('initial_delay') * 1_000),
    factor: number('backoff_factor'),
    capMs: Math.round(number('max_delay') * 1_000),
    on: retryableIn(isConfig ? config.retry_on : null, `${path}.retry_on`, refuse),
  };
}

function retryableIn(written: Json | undefined, path: string, refuse: Refuse): readonly Retryable[] {
  if (written === undefined || written === null) return RETRYABLE;
  const chosen = Array.isArray(written) ? RETRYABLE.filter((kind) => written.includes(kind)) : [];
  if (Array.isArray(written) && written.every((one) => chosen.some((kind) => kind === one))) return chosen;
  refuse(path, 'retry-invalid', `must be a list of ${RETRYABLE.join(', ')}`);
  return RETRYABLE;
}
