import { isJsonObject, type Json, type JsonObject } from '#libs/kernel/index.js';
import { refusalOf } from './admit-question.js';
import { contextOf } from './context.js';
import type { Decision, ExecutionStarted, StepError, ToolUse } from './events.js';
import type { StepId } from './plan.js';
import { reduced, wantedBy } from './reduce.js';
import { isReadOnly } from './scope.js';
import type { State, Step, Variable } from './state.js';
import { ANSWER_MS, agentCalled, mayUse, nameOf, SENT_TYPES, type TeamTool } from './team-tools.js';

/*
 * Invariant: what a tool of the team does and what its caller is told are written together, so it happens exactly once
 * whatever dies. Only a question is answered later; every other call is called and completed, or failed, at once.
 */

/** Bounds of what a journal is asked to keep for a conversation. */
const LONGEST_NAME = 200;
const LARGEST_VALUE = 64 * 1024;
/** Of a value within the text of an error. */
const LONGEST_TOLD = 200;
const MOST_VARIABLES = 1_000;
const MOST_MESSAGES = 1_000;
const MOST_ALIKE = 3;

export interface Using {
  readonly started: ExecutionStarted;
  readonly state: State;
  readonly step: Step;
  readonly now: number;
}

/** What one call of a turn leads to. */
export function useTool(using: Using, use: ToolUse, input: Json): readonly Decision[] {
  const { started, step } = using;
  const { name } = use;
  const effect = !mayUse(started, step.agentId, name)
    ? fails('tool.unknown', `There is no tool "${name}".`)
    : isJsonObject(input)
      ? TOOLS[name](using, input, use)
      : fails('tool.input-invalid', `The input of ${name} must be one JSON object.`);
  return told(effect, use);
}

/** What a call does (`events`), and what it gives at once: an output, an error, or nothing yet. */
interface Effect {
  readonly events?: readonly Decision[];
  readonly output?: Json;
  readonly error?: StepError;
}

type Tool = (using: Using, input: JsonObject, use: ToolUse) => Effect;

const TOOLS: Readonly<Record<TeamTool, Tool>> = {
  context_get: getVariable,
  context_set: setVariable,
  message_send: sendMessage,
  agent_ask: ask,
};

function told({ events = [], output, error }: Effect, use: ToolUse): readonly Decision[] {
  if (error) return [...events, { kind: 'tool-failed', ...use, error }];
  return output === undefined ? events : [...events, { kind: 'tool-completed', ...use, output }];
}

function fails(code: string, message: string): Effect {
  return { error: { code, message } };
}

function getVariable({ started, state }: Using, { name }: JsonObject): Effect {
  const context = contextOf(started, state);
  const { contextVersion: version } = state;
  if (name === undefined || name === null) return { output: { variables: context, version } };
  if (typeof name !== 'string') return fails('tool.input-invalid', 'name must be a text.');
  const value = Object.hasOwn(context, name) ? context[name] : undefined;
  if (value === undefined) {
    const known = Object.keys(context).join(', ');
    return fails('context.unknown', `No variable "${name.slice(0, LONGEST_NAME)}" is set. There are: ${known}.`);
  }
  return { output: { name, value, version: state.variables[name]?.version ?? version } };
}

function setVariable({ started, state, step }: Using, input: JsonObject): Effect {
  const { name, value, if_version: wanted } = input;
  if (typeof name !== 'string' || name.trim() === '' || name.length > LONGEST_NAME) {
    return fails('tool.input-invalid', `name must be a text of 1 to ${LONGEST_NAME} characters.`);
  }
  if (value === undefined) return fails('tool.input-invalid', 'value must be given.');
  if (isReadOnly(name)) return fails('context.read-only', `"${name}" is set by the run itself: use another name.`);
  const before = Object.hasOwn(state.variables, name) ? state.variables[name] : undefined;
  if (!isVersion(wanted)) return fails('tool.input-invalid', 'if_version must be a whole number from 0 on.');
  if (typeof wanted === 'number' && wanted !== (before?.version ?? 0)) return changedSince(name, wanted, before);
  const declared = started.plan.context ?? {};
  const reducer = (Object.hasOwn(declared, name) ? declared[name]?.reducer : undefined) ?? 'replace';
  const needs = wantedBy(reducer, value);
  if (needs) return fails('context.wrong-type', `"${name}" is combined by ${reducer}: value must be ${needs}.`);
  if (sizeOf(value) > LARGEST_VALUE || (reducer === 'merge' && isTooLarge(before?.value, value))) {
    return fails('context.too-large', `A variable holds at most ${LARGEST_VALUE} characters of JSON.`);
  }
  if (!before && Object.keys(state.variables).length >= MOST_VARIABLES) {
    return fails('context.too-many', `A run shares at most ${MOST_VARIABLES} variables.`);
  }
  const version = state.contextVersion + 1;
  const after = reducer === 'max' || reducer === 'sum' ? reduced(reducer, before?.value, value) : undefined;
  if (after === Number.POSITIVE_INFINITY || after === Number.NEGATIVE_INFINITY) {
    return fails('context.too-large', `"${name}" would be more than a number can be.`);
  }
  // What its writer cannot know, and no list or object that grows: each of its sizes would be on record.
  const output = { name, version, ...(after !== undefined && { value: after }) };
  return { events: [{ kind: 'context-changed', step: step.id, name, reducer, value, version }], output };
}

/** What cannot be read as a guard must not be taken for none. */
function isVersion(wanted: Json | undefined): boolean {
  return wanted === undefined || wanted === null || (Number.isInteger(wanted) && Number(wanted) >= 0);
}

function changedSince(name: string, wanted: number, before: Variable | undefined): Effect {
  const value = before && JSON.stringify(before.value);
  const told = value && value.length <= LONGEST_TOLD ? ` and the value ${value}` : '';
  const now = before ? `has version ${before.version}${told}` : 'is not set';
  const message = `"${name}" ${now}: somebody changed it since version ${wanted}. Read it and decide again.`;
  return fails('context.changed', message);
}

/** Whether together they are; put together only where they may be. */
function isTooLarge(before: Json | undefined, value: Json): boolean {
  if (before === undefined || sizeOf(before) + sizeOf(value) <= LARGEST_VALUE) return false;
  return sizeOf(reduced('merge', before, value)) > LARGEST_VALUE;
}

function sizeOf(value: Json): number {
  return JSON.stringify(value).length;
}

function sendMessage({ started, state, step }: Using, { to, content, type }: JsonObject): Effect {
  const receiver = to === undefined || to === null ? null : agentOf(started, to);
  if (receiver === undefined) return unknownAgent(started, step, 'to');
  const kind = SENT_TYPES.find((one) => one === (type ?? 'info'));
  if (!kind) return fails('tool.input-invalid', `type must be one of ${SENT_TYPES.join(', ')}.`);
  const body = typeof content === 'string' ? { text: content } : content;
  if (!isJsonObject(body)) return fails('tool.input-invalid', 'content must be a text or an object.');
  const text = JSON.stringify(body);
  if (text.length > LARGEST_VALUE)
    return fails('message.too-large', `A message holds at most ${LARGEST_VALUE} characters.`);
  const sent = Object.values(state.messages);
  if (sent.length >= MOST_MESSAGES) return fails('message.too-many', `A run holds at most ${MOST_MESSAGES} messages.`);
  const alike = sent.filter(
    (one) =>
      one.from === step.agentId && one.to === receiver && one.type === kind && JSON.stringify(one.content) === text,
  );
  if (alike.length >= MOST_ALIKE) {
    return fails('message.repeated', `You have sent this very message ${alike.length} times: it was received.`);
  }
  const id = nextMessage(state);
  const message = { id, from: step.agentId, to: receiver, type: kind, content: body };
  return { events: [{ kind: 'message-sent', step: step.id, ...message }], output: { message_id: id } };
}

function ask(
  using: Using,
  { agent, question, timeout_seconds: seconds }: JsonObject,
  { turnNo, place }: ToolUse,
): Effect {
  const { started, state, step, now } = using;
  const agentId = agentOf(started, agent);
  if (agentId === undefined) return unknownAgent(started, step, 'agent');
  if (typeof question !== 'string' || question.trim() === '' || question.length > LARGEST_VALUE) {
    return fails('tool.input-invalid', `question must be a text of 1 to ${LARGEST_VALUE} characters.`);
  }
  const timeoutMs = seconds === undefined || seconds === null ? ANSWER_MS.usual : Number(seconds) * 1_000;
  if (!(timeoutMs > 0 && timeoutMs <= ANSWER_MS.longest)) {
    return fails('tool.input-invalid', `timeout_seconds must be above 0 and up to ${ANSWER_MS.longest / 1_000}.`);
  }
  const error = refusalOf(state, step, agentId, question);
  if (error) return { error };
  const patience = Math.max(Math.ceil(timeoutMs), patienceFor(started, agentId));
  const depth = (step.added?.depth ?? 0) + 1;
  const added = { agentId, askedBy: step.id, depth, deadline: now + patience, question, call: { turnNo, place } };
  const asked = nextQuestion(state);
  const message = { id: nextMessage(state), from: step.agentId, to: agentId, timeoutMs: patience, question: asked };
  return {
    events: [
      { kind: 'step-added', step: asked, added },
      { kind: 'message-sent', step: step.id, type: 'request', ...message, content: { question } },
    ],
  };
}

/** Whoever asks an agent for whom people must agree waits as long as they may take. */
function patienceFor({ plan }: ExecutionStarted, agentId: string): number {
  const approval = plan.nodes.find((node) => node.agentId === agentId)?.approval;
  return approval ? (approval.expiresMs ?? UNBOUNDED_APPROVAL_MS) : 0;
}

const UNBOUNDED_APPROVAL_MS = 30 * 86_400_000;

function agentOf(started: ExecutionStarted, said: Json | undefined): string | undefined {
  return typeof said === 'string' ? (agentCalled(started, said) ?? undefined) : undefined;
}

function unknownAgent(started: ExecutionStarted, { agentId }: Step, field: string): Effect {
  const others = [...new Set(started.plan.nodes.map((node) => node.agentId))].filter((id) => id !== agentId);
  const known = others.map((id) => nameOf(started, id)).join(', ') || 'nobody else';
  return fails('tool.input-invalid', `${field} must name an agent of this team. There are: ${known}.`);
}

export function nextMessage({ messages }: State): string {
  return `m${Object.keys(messages).length + 1}`;
}

function nextQuestion({ steps }: State): StepId {
  return `c${Object.values(steps).filter(({ added }) => added !== null).length + 1}`;
}
