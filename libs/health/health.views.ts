import type { HealthCheckResult } from '@nestjs/terminus';
import type { DatabaseStanding } from '#libs/platform/database/index.js';
import { effect, type Overall, type Phase } from './core/readiness.js';
import { fitness, type Report } from './core/report.js';
import { type Need, type Observation, troubleIn } from './core/verdict.js';

/** What anybody may know. */
export class HealthView {
  /** `ok` and `degraded` are answered 200, `error` and `shutting_down` 503. */
  readonly status!: 'ok' | 'degraded' | 'error' | 'shutting_down';
  /** Of this server, not of its parts. */
  readonly version!: string;
}

/** What operators see: the shape of `@nestjs/terminus`, each entry with the reason for its state. */
export class HealthDetailsView extends HealthView implements HealthCheckResult {
  readonly state!: 'starting' | 'ready' | 'draining';
  readonly started_at!: string;
  readonly uptime_seconds!: number;
  /** What is up or degraded, by name. */
  readonly info!: Record<string, HealthEntryView>;
  /** What is down, by name. */
  readonly error!: Record<string, HealthEntryView>;
  /** Both together. */
  readonly details!: Record<string, HealthEntryView>;

  static of(health: {
    readonly status: Overall;
    readonly version: string;
    readonly phase: Phase;
    readonly startedAt: number;
    readonly now: number;
    readonly observations: readonly Observation[];
  }): HealthDetailsView {
    const entries = health.observations.map((one) => [one.name, HealthEntryView.of(one)] as const);
    return {
      status: health.status,
      version: health.version,
      state: health.phase,
      started_at: new Date(health.startedAt).toISOString(),
      uptime_seconds: Math.floor((health.now - health.startedAt) / 1_000),
      info: Object.fromEntries(entries.filter(([, { status }]) => status !== 'down')),
      error: Object.fromEntries(entries.filter(([, { status }]) => status === 'down')),
      details: Object.fromEntries(entries),
    };
  }
}

export class HealthEntryView {
  /** What its state means for the server as a whole: only what is needed to serve can be `down` here. */
  readonly status!: 'up' | 'degraded' | 'down';
  readonly needed!: 'to-serve' | 'to-execute' | 'to-observe';
  readonly found!: string | null;
  readonly message!: string | null;
  /** How long it has been in this state. */
  readonly since!: string;
  readonly checked_at!: string;
  readonly duration_ms!: number;

  static of(observation: Observation): HealthEntryView {
    const { needed, found, since, checkedAt, durationMs, verdict } = observation;
    return {
      status: effect(observation),
      needed,
      found,
      message: troubleIn(verdict)?.because ?? null,
      since: new Date(since).toISOString(),
      checked_at: new Date(checkedAt).toISOString(),
      duration_ms: durationMs,
    };
  }
}

/** Everything the server depends on: what was asked for, what is there, what it costs that it is not, how to mend it. */
export class DependenciesView {
  /** The worst of all. */
  readonly status!: 'up' | 'degraded' | 'down' | 'incompatible';
  readonly checked_at!: string;
  readonly database!: DatabaseStandingView;
  /** Names of what is needed and not there. */
  readonly missing!: string[];
  /** Names of what is there in a form that does not fit. */
  readonly conflicts!: string[];
  /** The first step for each trouble, the worst trouble first. */
  readonly recommendations!: string[];
  readonly dependencies!: DependencyView[];

  static of(
    observations: readonly Observation[],
    report: Report,
    standing: DatabaseStanding,
    now: number,
  ): DependenciesView {
    return {
      status: report.status,
      checked_at: new Date(now).toISOString(),
      database: DatabaseStandingView.of(standing),
      missing: [...report.missing],
      conflicts: [...report.conflicts],
      recommendations: [...report.recommendations],
      dependencies: observations.map((one) => DependencyView.of(one)),
    };
  }
}

/** Where records live, and what that promises. */
export class DatabaseStandingView {
  readonly mode!: 'embedded' | 'ephemeral' | 'postgres';
  /** Why it is not the durable default. */
  readonly reason!: string | null;
  readonly lost!: string[];
  readonly kept!: string[];

  static of({ mode, reason, lost, kept }: DatabaseStanding): DatabaseStandingView {
    return { mode, reason: reason ?? null, lost: [...lost], kept: [...kept] };
  }
}

export class DependencyView {
  readonly id!: string;
  readonly needed!: 'to-serve' | 'to-execute' | 'to-observe';
  readonly required!: string | null;
  readonly found!: string | null;
  readonly status!: 'up' | 'degraded' | 'down' | 'incompatible';
  readonly because!: string | null;
  readonly impact!: string | null;
  /** In the order in which to do them. */
  readonly fix!: string[];
  readonly evidence!: Record<string, string | number | boolean | null>;
  readonly since!: string;

  static of({ name, needed, required, found, verdict, evidence, since }: Observation): DependencyView {
    const trouble = troubleIn(verdict);
    return {
      id: name,
      needed: needed satisfies Need,
      required,
      found,
      status: fitness(verdict),
      because: trouble?.because ?? null,
      impact: trouble?.impact ?? null,
      fix: [...(trouble?.fix ?? [])],
      evidence,
      since: new Date(since).toISOString(),
    };
  }
}
