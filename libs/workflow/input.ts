import { isJsonObject } from '#libs/kernel/index.js';
import type { ExecutionStarted } from './events.js';
import { latestOutput } from './latest.js';
import type { InputPart, NodeInput, Plan } from './plan.js';
import { type Scope, scopeOf } from './scope.js';
import type { State, Step } from './state.js';

/** A piece of an input and who wrote it: what agents produced is never read as an instruction to a runner. */
export interface InputText {
  readonly text: string;
  readonly author: 'user' | 'agent';
}

/** `source`: the one agent or variable it needs gave nothing; `no-input`: none of the combined ones did. */
export type ResolvedInput = { readonly texts: readonly InputText[] } | { readonly missing: 'source' | 'no-input' };

/** What a step receives, in order; the agent reads the texts joined by one blank line. */
export function inputOf(plan: Plan, started: ExecutionStarted, state: State, stepId: string): ResolvedInput {
  const step = state.steps[stepId];
  if (!step) return { missing: 'source' };
  if (step.edited !== undefined) return { texts: [{ text: step.edited, author: 'user' }] };
  if (step.added) return { texts: [{ text: step.added.question, author: 'agent' }] };
  const node = plan.nodes.find(({ id }) => id === step.node);
  if (!node) return { missing: 'source' };
  const texts = textsOf(node.input, started, state, scopeOf(plan, started, state));
  if (texts.length === 0) return { missing: node.input.from === 'combined' ? 'no-input' : 'source' };
  return { texts: [...texts, ...feedbackOf(step, state)] };
}

function textsOf(input: NodeInput, started: ExecutionStarted, state: State, scope: Scope): readonly InputText[] {
  const parts = input.from === 'combined' ? input.parts : [input];
  return parts.flatMap((part) => partOf(part, started, state, scope) ?? []);
}

function partOf(part: InputPart, started: ExecutionStarted, state: State, scope: Scope): InputText | null {
  switch (part.from) {
    case 'prompt':
      return { text: started.prompt, author: 'user' };
    case 'result': {
      const output = latestOutput(state, part.node);
      return output && { text: output.result, author: 'agent' };
    }
    case 'variable':
      return variableText(part.name, scope.value(part.name));
  }
}

function variableText(name: string, value: unknown): InputText | null {
  if (value === undefined) return null;
  const author = name === 'initial_prompt' ? 'user' : 'agent';
  const told = isJsonObject(value) && typeof value.result === 'string' ? value.result : value;
  return { text: typeof told === 'string' ? told : JSON.stringify(told), author };
}

function feedbackOf({ feedbackFrom }: Step, state: State): readonly InputText[] {
  const from = feedbackFrom === null ? undefined : state.steps[feedbackFrom];
  return from?.is === 'succeeded' ? [{ text: from.output.result, author: 'agent' }] : [];
}
