import { fromUsd, isJsonObject, type Json, NO_MONEY } from '#libs/kernel/index.js';
import { modelName } from '#libs/providers/index.js';
import type { RecordedTurn, ToolCall, ToolResult, Turn, Usage } from '#libs/workflow/index.js';
import type { StepRequest } from './agent-runner.js';
import { type Directive, readDirectives, type SimulatedError } from './directives.js';

/** What one step does, once all its directives are weighed: it depends on its texts and its attempt alone. */
export interface Script {
  readonly delayMs: number;
  /** The calls of one text are one turn; the system prompt's is the last one. */
  readonly turns: readonly SimTurn[];
  readonly failure: SimulatedError | 'server_error' | null;
  /** The input without directives. */
  readonly said: string;
  /** What it answers instead, whatever its tools gave. */
  readonly fixed: string | null;
  /** Of an answer that is as long as its text; a directive may say otherwise. */
  readonly usage: Usage;
  readonly tokensOut: number | null;
  /** The usage of a failed step: known only where a directive tells it. */
  readonly told: Usage | null;
}

export interface SimTurn {
  readonly turn: Turn;
  readonly usage: Usage;
}

/** The longest wait that timers of the platform can hold. */
const LONGEST_SLEEP_MS = 2 ** 31 - 1;

/** Tools whose results are what the model was asked about. */
const TELLING = new Set(['agent_ask', 'context_get']);

export function scriptOf({ agent, input, attempt }: StepRequest): Script {
  const parts = input.map(({ text, author }) => (author === 'user' ? readDirectives(text) : { text, directives: [] }));
  const said = parts.map(({ text }) => text).join('\n\n');
  const texts = [...parts.map((part) => part.directives), readDirectives(agent.systemPrompt).directives];
  const directives = new Directives(texts.flat());

  const tokens = directives.last('tokens');
  const cost = directives.last('cost');
  const fixed = directives.last('answer')?.text ?? null;
  const spoken: Usage = {
    provider: 'sim',
    model: modelName(agent.model ?? 'sim'),
    keyType: 'renum_native',
    tokensIn: tokensOf(said),
    tokensOut: tokensOf(fixed ?? said),
    requests: 1,
    costMicros: NO_MONEY,
    incomplete: false,
  };
  const usage: Usage = {
    ...spoken,
    ...(tokens && { tokensIn: tokens.tokensIn, tokensOut: tokens.tokensOut }),
    ...(cost && { costMicros: fromUsd(cost.usd) }),
  };
  const fails = attempt <= (directives.last('fail')?.attempts ?? 0);
  return {
    delayMs: directives.delayMs,
    turns: turnsOf(texts, spoken),
    failure: fails ? 'server_error' : (directives.last('error')?.code ?? null),
    said,
    fixed,
    usage,
    tokensOut: tokens?.tokensOut ?? null,
    told: tokens || cost ? usage : null,
  };
}

/** The fixed answer, or the input and behind it what tools told and what they failed at. */
export function answerOf({ said, fixed }: Script, turns: readonly RecordedTurn[]): string {
  if (fixed !== null) return fixed;
  const told = turns.flatMap(({ turn, results }) =>
    turn.calls.flatMap((call, place) => tellingOf(call, results[place])),
  );
  return [...(said === '' && told.length > 0 ? [] : [said]), ...told].join('\n\n');
}

export function usageOf({ usage, tokensOut }: Script, answer: string): Usage {
  return { ...usage, tokensOut: tokensOut ?? tokensOf(answer) };
}

function turnsOf(texts: readonly (readonly Directive[])[], spoken: Usage): readonly SimTurn[] {
  let count = 0;
  const turns = texts.map((directives) =>
    directives.flatMap((one): ToolCall[] =>
      one.name === 'call' ? [{ id: `call_${++count}`, name: one.tool, input: one.input }] : [],
    ),
  );
  return turns
    .filter((calls) => calls.length > 0)
    .map((calls) => {
      const tokensOut = tokensOf(calls.map(({ input }) => JSON.stringify(input)).join(''));
      return { turn: { text: '', calls }, usage: { ...spoken, tokensOut } };
    });
}

function tellingOf({ name }: ToolCall, result: ToolResult | undefined): readonly string[] {
  if (!result) return [];
  if (!result.ok) return [`${name}: ${result.error.message}`];
  return TELLING.has(name) ? [textOf(told(result.output))] : [];
}

/** The answer or the value itself, without what is said about it. */
function told(output: Json): Json {
  if (!isJsonObject(output)) return output;
  const { answer, value, variables } = output;
  return answer ?? value ?? variables ?? output;
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

type Named<N extends Directive['name']> = Extract<Directive, { readonly name: N }>;

class Directives {
  constructor(private readonly all: readonly Directive[]) {}

  get delayMs(): number {
    const sum = this.all.reduce((sum, one) => (one.name === 'sleep' ? sum + one.delayMs : sum), 0);
    return Math.min(sum, LONGEST_SLEEP_MS);
  }

  last<N extends Directive['name']>(name: N): Named<N> | undefined {
    return this.all.findLast((one): one is Named<N> => one.name === name);
  }
}

/** Four characters are a token; a character is a whole code point. */
function tokensOf(text: string): number {
  const pairs = text.match(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g)?.length ?? 0;
  return Math.ceil((text.length - pairs) / 4);
}
