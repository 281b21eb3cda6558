import { IsInt, IsOptional, Max, Min } from 'class-validator';
import type { Json, JsonObject } from '#libs/kernel/index.js';
import type { JournalEvent, Reducer, VariableChange } from '#libs/workflow/index.js';
import type { ContextAt } from './context-at.js';
import { contextDiff, type Difference } from './context-diff.js';
import { isLongerThan } from './is-longer-than.js';

/** Of JSON, in characters. A list that grows would otherwise be told again at each of its lengths. */
const LONGEST_IN_HISTORY = 8 * 1024;

export class ContextQuery {
  /** Of the variables, from 1; the last one if absent. */
  @IsOptional()
  @IsInt()
  @Min(1)
  version?: number;

  /** How many changes are told. */
  @IsInt()
  @Min(1)
  @Max(10_000)
  limit: number = 1_000;

  /** How many changes are left out, from the oldest on. */
  @IsInt()
  @Min(0)
  offset: number = 0;
}

export class ContextDiffQuery {
  /** 0: before the run began, when nothing was set; the version before `to` if absent. */
  @IsOptional()
  @IsInt()
  @Min(0)
  from?: number;

  /** The last one if absent. */
  @IsOptional()
  @IsInt()
  @Min(0)
  to?: number;
}

export class ContextView {
  execution_id!: string;
  /** 1 at the start, one more with every change. */
  version!: number;
  /** By name; results of agents are `agent_<id>_result`. */
  variables!: JsonObject;
  metadata!: ContextMetadataView;
  /** What led to this version, oldest first. */
  history!: readonly ContextChangeView[];
  /** How many changes led to this version. */
  history_total!: number;

  static of(id: string, [first]: readonly JournalEvent[], context: ContextAt): ContextView {
    const { version, variables, changes, total } = context;
    return {
      ...{ execution_id: id, version, variables },
      metadata: ContextMetadataView.of(first, context),
      history: changes.map((change) => ContextChangeView.of(change)),
      history_total: total,
    };
  }
}

export class ContextMetadataView {
  created_at!: string;
  /** When it came to this version. */
  updated_at!: string;
  latest_version!: number;
  /** Of the variables that the workflow declares: how what is written is combined with what is there. */
  reducers!: Readonly<Record<string, Reducer>>;

  static of(first: JournalEvent | undefined, { at, latest }: ContextAt): ContextMetadataView {
    const declared = first?.body.kind === 'execution-started' ? (first.body.plan.context ?? {}) : {};
    return {
      created_at: instant(first?.at ?? at),
      updated_at: instant(at),
      latest_version: latest,
      reducers: Object.fromEntries(Object.entries(declared).map(([name, { reducer }]) => [name, reducer])),
    };
  }
}

/** One change of one variable. */
export class ContextChangeView {
  /** Of the variables, this change included. Version 1 sets several. */
  version!: number;
  key!: string;
  /** What it became. */
  value!: Json;
  /** Null where it was not set. */
  previous_value!: Json;
  /** The agent; null: the run itself. */
  changed_by!: string | null;
  step_id!: string | null;
  timestamp!: string;
  /** How it was combined with what was there; null where the run itself set it. */
  reducer!: Reducer | null;
  /** What the agent wrote; null where the run itself set it. */
  written!: Json;
  /** Of `value`, `previous_value` and `written` those that are null here because they are long: see `?version=`. */
  omitted!: readonly string[];

  static of(change: VariableChange): ContextChangeView {
    const { version, name, value, previous = null, by, step, at } = change;
    const values = { value, previous_value: previous, written: by?.written ?? null };
    const omitted = Object.entries(values).flatMap(([field, json]) =>
      isLongerThan(LONGEST_IN_HISTORY, json) ? [field] : [],
    );
    return {
      ...{ version, key: name, ...values, ...Object.fromEntries(omitted.map((field) => [field, null])) },
      ...{ changed_by: by?.agentId ?? null, step_id: step, timestamp: instant(at) },
      ...{ reducer: by?.reducer ?? null, omitted },
    };
  }
}

export class ContextDiffView {
  execution_id!: string;
  from!: number;
  to!: number;
  added!: readonly ContextDifferenceView[];
  changed!: readonly ContextDifferenceView[];
  removed!: readonly ContextDifferenceView[];

  static of(id: string, from: ContextAt, to: ContextAt): ContextDiffView {
    const { added, changed, removed } = contextDiff(from.variables, to.variables);
    const told = (some: readonly Difference[]) => some.map((one) => ContextDifferenceView.of(one));
    return {
      ...{ execution_id: id, from: from.version, to: to.version },
      ...{ added: told(added), changed: told(changed), removed: told(removed) },
    };
  }
}

export class ContextDifferenceView {
  key!: string;
  /** With version `to`; null where it is not set. */
  value!: Json;
  /** With version `from`; null where it is not set. */
  previous_value!: Json;

  static of({ key, value, previous }: Difference): ContextDifferenceView {
    return { key, value, previous_value: previous };
  }
}

function instant(at: number): string {
  return new Date(at).toISOString();
}
