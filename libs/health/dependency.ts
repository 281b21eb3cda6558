import type { Finding, Need, Subject } from './core/verdict.js';

/** Something outside this process that it needs. Rooms above health are looked at through one of these, wired by the apps. */
export abstract class Dependency implements Subject {
  abstract readonly name: string;
  abstract readonly needed: Need;
  abstract readonly required: string | null;
  /** Between two looks; costly ones take longer. */
  readonly intervalMs: number = 2_000;
  readonly timeoutMs: number = 1_000;

  /** One look. What throws counts as down; what does not answer in time is aborted and counts as down. */
  abstract check(signal: AbortSignal): Finding | Promise<Finding>;
}
