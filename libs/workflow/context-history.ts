import type { Json } from '#libs/kernel/index.js';
import { Draft } from './draft.js';
import type { EventBody, ExecutionStarted, JournalEvent } from './events.js';
import { take, UNBORN } from './fold.js';
import { Growth } from './growth.js';
import type { Reducer, StepId } from './plan.js';
import { reduced } from './reduce.js';
import { PIPELINE_INPUT, resultVariable, START_VARIABLES, startVariable } from './scope.js';
import type { Step } from './state.js';

/*
 * Invariant: what the history counts is what the fold counts. It is read off a fold of the same events, so a change
 * that came too late, or belongs to nobody, is in neither.
 */

/** One variable, from one version of the context to the next. Version 1, the start, sets several. */
export interface VariableChange {
  readonly version: number;
  readonly name: string;
  /** What the variable became. */
  readonly value: Json;
  /** Undefined: it was not set. */
  readonly previous: Json | undefined;
  /** Null: the run itself. */
  readonly by: { readonly agentId: string; readonly reducer: Reducer; readonly written: Json } | null;
  /** In which it happened; null: at the start. */
  readonly step: StepId | null;
  readonly at: number;
}

/**
 * Every change of the shared variables, oldest first, made one by one. Lists and objects that grow are copied for the
 * changes (counted from 0) that are kept; of the others `value` and `previous` hold only until the next one is made.
 */
export function* variableChanges(
  events: Iterable<JournalEvent>,
  isKept: (change: number) => boolean = () => true,
): Generator<VariableChange> {
  const growth = new Growth();
  const values = new Map<string, Json>();
  let made = 0;
  const draft = new Draft(UNBORN, {
    grown: (name, reducer, before, written) =>
      isKept(made) ? reduced(reducer, before, written) : growth.grown(name, reducer, before, written),
  });
  for (const event of events) {
    const version = draft.facts.contextVersion;
    take(draft, event);
    if (draft.facts.contextVersion === version) continue;
    for (const [index, write] of writesOf(draft, event.body).entries()) {
      const previous = values.get(write.name);
      values.set(write.name, write.value);
      yield { ...write, version: version === 0 ? 1 : version + index + 1, previous, at: event.at };
      made++;
    }
  }
}

type Told<K extends EventBody['kind']> = Extract<EventBody, { kind: K }>;
type Write = Omit<VariableChange, 'version' | 'previous' | 'at'>;

function writesOf(draft: Draft, body: EventBody): readonly Write[] {
  if (body.kind === 'execution-started') return startingWrites(body);
  if (body.kind === 'context-changed') return [agentWrite(draft, body)];
  return 'step' in body ? answerWrites(draft, draft.steps.get(body.step)) : [];
}

function startingWrites(started: ExecutionStarted): readonly Write[] {
  const set = START_VARIABLES.map((name) => [name, startVariable(name, started)] as const);
  const declared = Object.entries(started.plan.context ?? {}).map(([name, { initial }]) => [name, initial] as const);
  return [...set, ...declared].flatMap(([name, value]) => (value === undefined ? [] : [byTheRun(name, value, null)]));
}

function agentWrite(draft: Draft, { step, name, reducer, value }: Told<'context-changed'>): Write {
  const by = { agentId: draft.steps.get(step)?.agentId ?? '', reducer, written: value };
  return { name, value: draft.variables.get(name)?.value ?? null, by, step };
}

function answerWrites(draft: Draft, step: Step | undefined): readonly Write[] {
  if (step?.is !== 'succeeded') return [];
  const { output, agentId, id } = step;
  const isPipeline = draft.facts.started?.plan.strategy === 'pipeline';
  const result = byTheRun(resultVariable(agentId), output, id);
  return isPipeline ? [result, byTheRun(PIPELINE_INPUT, output.result, id)] : [result];
}

function byTheRun(name: string, value: Json, step: StepId | null): Write {
  return { name, value, by: null, step };
}
