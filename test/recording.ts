import { compile, type Workflow } from '#libs/compiler/index.js';
import { type JsonObject, type Micros, micros } from '#libs/kernel/index.js';
import {
  adoption,
  advance,
  type Decision,
  type EventBody,
  type ExecutionStarted,
  fold,
  JOURNAL_FORMAT,
  type JournalEvent,
  lateCost,
  numbered,
  type Outcome,
  type Performance,
  type RepairKind,
  type StepId,
  UNBORN,
  type Usage,
  type Vote,
} from '#libs/workflow/index.js';

const MODEL = 'openai/gpt-4o-mini';
const USER = '01926b2a-5e10-7c3f-9b1d-2f6f3c0a7e11';
const TEAM = '01926b2a-6d42-7aa0-8c55-91d0f4b7c2de';

/** The core as the server drives it, with the clock, the agents and the mishaps in the hands of a script. */
export class Recording {
  readonly journal: JournalEvent[] = [];
  readonly executionId: string;
  #state = UNBORN;
  #now = 1_795_350_000_000;
  #asked = 0;

  constructor(executionId: string, workflow: Workflow, prompt: string, repairs?: Repaired) {
    const plan = compile(workflow);
    if (!('nodes' in plan)) throw new Error(plan.map(({ path, message }) => `${path} ${message}`).join('; '));
    const agents = workflow.agents.map(({ agent_id: id }) => {
      return [id, { id, name: id, runner: 'llm', model: MODEL, systemPrompt: `You are the ${id}.` }];
    });
    const parent = repairs && { executionId: repairs.of.executionId, how: repairs.how };
    const started: ExecutionStarted = {
      kind: 'execution-started',
      format: JOURNAL_FORMAT,
      executionId,
      userId: USER,
      teamId: TEAM,
      teamName: 'Newsroom',
      prompt,
      plan,
      agents: Object.fromEntries(agents),
      prices: { [MODEL]: { inMicrosPer1k: 150, outMicrosPer1k: 600 } },
      ...(parent && { parent }),
    };
    this.executionId = executionId;
    this.#append(started);
    this.#advance(repairs ? adoption(repairs.of.journal, started, repairs.again).decisions : []);
  }

  /** Time passes; whatever is due by then happens. */
  later(ms: number): this {
    this.#now += ms;
    return this.#advance();
  }

  /** The performance of a step that runs now: kept, it can report when nobody waits for it any more. */
  performanceOf(id: StepId): Performance {
    const step = this.#state.steps[id];
    if (step?.is !== 'running') throw new Error(`${id} is ${step?.is}`);
    return { step: id, attempt: step.attempt, epoch: step.epoch };
  }

  answers(step: StepId | Performance, result: string, data?: number): this {
    const output = { result, ...(data !== undefined && { data: { score: data } }), execution_time: 0.604 };
    return this.#report(step, { ok: true, output, usage: usageFor(result) });
  }

  fails(step: StepId | Performance, code: string, retryAfterMs = 0): this {
    const error = { code, message: `The model answered with ${code}.` };
    return this.#report(step, { ok: false, error, retryAfterMs, usage: null });
  }

  /** A step asks an agent and waits for the answer. */
  asks(step: StepId, agentId: string, question: string, withinMs: number): this {
    const { attempt } = this.performanceOf(step);
    const deadline = this.#now + withinMs;
    const depth = (this.#state.steps[step]?.added?.depth ?? 0) + 1;
    const added = { agentId, askedBy: step, depth, deadline, question };
    return this.#advance([
      { kind: 'step-added', step: `c${++this.#asked}`, added },
      { kind: 'step-parked', step, attempt, why: 'answer', until: deadline },
    ]);
  }

  /** A model wants tools of its team used. */
  uses(step: StepId, ...calls: readonly (readonly [name: string, input: JsonObject])[]): this {
    this.#now += 604;
    const turnNo = (this.#state.steps[step]?.turns?.length ?? 0) + 1;
    const turn = { text: '', calls: calls.map(([name, input], index) => ({ id: `call_${index + 1}`, name, input })) };
    const posted = { ...this.performanceOf(step), turnNo, turn, usage: usageFor(name(calls)) };
    return this.#take(advance(this.#state, [], this.#now, 0.5, { turns: [posted] }));
  }

  /** Somebody who is asked says a word. */
  votes(step: StepId, by: string, decision: Vote['decision'], edited: string | null = null): this {
    this.#append({ kind: 'approval-decided', step, by, decision, edited, comment: null });
    return this.#advance();
  }

  cancelled(): this {
    this.#append({ kind: 'cancel-requested', by: USER, reason: 'no longer needed' });
    return this.#advance();
  }

  /** The process dies; another one takes the execution over. */
  takenOver(): this {
    return this.#advance([{ kind: 'execution-taken', epoch: this.#state.epoch + 1 }]);
  }

  #report(step: StepId | Performance, outcome: Outcome): this {
    this.#now += 604;
    const report = { ...(typeof step === 'string' ? this.performanceOf(step) : step), outcome };
    if (this.#state.phase === 'open') return this.#take(advance(this.#state, [report], this.#now, 0.5));
    const cost = lateCost(this.#state, report);
    if (cost) this.#append(cost);
    return this;
  }

  #advance(first: readonly Decision[] = []): this {
    return this.#take(advance(this.#state, [], this.#now, 0.5, { first }));
  }

  #take({ events, state }: ReturnType<typeof advance>): this {
    this.journal.push(...events);
    this.#state = state;
    return this;
  }

  #append(body: EventBody): void {
    const event = numbered(this.#state, body, this.#now);
    this.journal.push(event);
    this.#state = fold(this.#state, event);
  }
}

/** An execution that begins with what another one recorded. */
interface Repaired {
  readonly of: Recording;
  readonly how: RepairKind;
  readonly again: Parameters<typeof adoption>[2];
}

function name(calls: readonly (readonly [string, JsonObject])[]): string {
  return calls.map(([name]) => name).join(' ');
}

function usageFor(result: string): Usage {
  const tokensOut = Math.ceil(result.length / 4);
  const costMicros: Micros = micros(15 + tokensOut);
  const counts = { tokensIn: 100, tokensOut, requests: 1, costMicros, incomplete: false };
  return { provider: 'openai', model: MODEL, keyType: 'user_provided', ...counts };
}
