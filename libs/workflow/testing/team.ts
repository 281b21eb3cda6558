import type { Json, JsonObject } from '#libs/kernel/index.js';
import { advance, numbered } from '../advance.js';
import type { EventBody, ExecutionStarted, JournalEvent, ToolCall, ToolResult } from '../events.js';
import { fold, UNBORN } from '../fold.js';
import type { Plan } from '../plan.js';
import type { State } from '../state.js';
import { takeTurn } from '../take-turn.js';
import { planWith, report } from './journals.js';
import { startedWith } from './states.js';

/** A run of agents with these names, side by side: Ann has the step s1 and the id `agent-s1`, Bob s2, and so on. */
export class Team {
  readonly journal: JournalEvent[] = [];
  readonly started: ExecutionStarted;
  state: State = UNBORN;
  now = 1_000_000;

  constructor(
    names: readonly string[],
    rest: Partial<Plan> = {},
    snapshots: Readonly<Record<string, JsonObject>> = {},
  ) {
    const ids = names.map((_, index) => `s${index + 1}`);
    const plan = planWith(Object.fromEntries(ids.map((id) => [id, {}])), rest);
    const agents = names.map((name, index) => [`agent-s${index + 1}`, { name, ...snapshots[name] }] as const);
    this.started = { ...startedWith(plan), agents: Object.fromEntries(agents) };
    this.append(this.started);
    this.settle();
  }

  append(...bodies: readonly EventBody[]): void {
    for (const body of bodies) {
      const event = numbered(this.state, body, this.now);
      this.journal.push(event);
      this.state = fold(this.state, event);
    }
  }

  /** Whatever is due happens. */
  settle(afterMs = 0): void {
    this.now += afterMs;
    this.append(...advance(this.state, [], this.now, 0.5).events.map(({ body }) => body));
  }

  /** One turn of the step's conversation; the results of its calls, null for those that wait. */
  turn(step: string, ...calls: readonly (readonly [name: string, input: Json])[]): readonly (ToolResult | null)[] {
    const { attempt, epoch, turnNo } = this.#next(step);
    const turn = {
      text: '',
      calls: calls.map(([name, input], index): ToolCall => ({ id: `call_${index}`, name, input })),
    };
    const posted = { step, attempt, epoch, turnNo, turn, usage: null };
    takeTurn(
      posted,
      this.now,
      () => this.state,
      (body) => this.append(body),
    );
    return this.state.steps[step]?.turns?.[turnNo - 1]?.results ?? [];
  }

  use(step: string, name: string, input: Json): ToolResult | null {
    return this.turn(step, [name, input])[0] ?? null;
  }

  /** The step's agent answers, or fails with the code behind a `!`; whatever follows happens. */
  answer(step: string, says: string): void {
    const { attempt, epoch } = this.#next(step);
    const { events } = advance(this.state, [report(step, says, { attempt, epoch })], this.now, 0.5);
    this.append(...events.map(({ body }) => body));
  }

  #next(id: string) {
    const step = this.state.steps[id];
    if (step?.is !== 'running') throw new Error(`${id} is ${step?.is}, not running`);
    return { attempt: step.attempt, epoch: step.epoch, turnNo: (step.turns?.length ?? 0) + 1 };
  }
}

/** What a call came to, in short: its output, the code of its error, or `waits`. */
export function outcomeOf(result: ToolResult | null): Json {
  if (result === null) return 'waits';
  return result.ok ? result.output : result.error.code;
}
