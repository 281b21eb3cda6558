import type { JsonObject } from '#libs/kernel/index.js';
import { type ExecutionStarted, MESSAGE_TYPES } from './events.js';

/** The tools through which the agents of a team work together. What they do is decided in `use-tool.ts`. */
export const TEAM_TOOLS = ['context_get', 'context_set', 'message_send', 'agent_ask'] as const;
export type TeamTool = (typeof TEAM_TOOLS)[number];

function isTeamTool(name: string): name is TeamTool {
  return TEAM_TOOLS.some((known) => known === name);
}

/** A tool as it is offered to a model. */
export interface ToolOffer {
  readonly name: string;
  readonly description: string;
  /** A JSON schema of its input, which is an object. */
  readonly inputSchema: JsonObject;
}

/** How long an answer is awaited unless the question says otherwise, and at most. */
export const ANSWER_MS = { usual: 30_000, longest: 3_600_000 } as const;

/** Types that an agent may give its messages; requests and responses are made by questions. */
export const SENT_TYPES = MESSAGE_TYPES.filter((type) => type !== 'request' && type !== 'response');

/** What this agent is offered, in the words of its team. Alone in a team, it has nobody to write to or ask. */
export function teamTools(started: ExecutionStarted, agentId: string): readonly ToolOffer[] {
  const others = started.plan.nodes.map((node) => node.agentId).filter((id) => id !== agentId);
  const colleagues = [...new Set(others)].map((id) => nameOf(started, id));
  const declared = Object.entries(started.plan.context ?? {});
  const offers = [contextGet(), contextSet(declared.map(([name, { reducer }]) => `${name} (${reducer})`))];
  return colleagues.length === 0 ? offers : [...offers, messageSend(colleagues), agentAsk(colleagues)];
}

/** What was taken away from an agent is as unknown to it as what nobody has: also where it was not offered and is used. */
export function mayUse({ agents }: ExecutionStarted, agentId: string, name: string): name is TeamTool {
  const tools = Object.hasOwn(agents, agentId) ? agents[agentId]?.tools : undefined;
  return isTeamTool(name) && (!Array.isArray(tools) || tools.includes(name));
}

/** The name that people and models know an agent by. */
export function nameOf({ agents }: ExecutionStarted, agentId: string): string {
  const name = Object.hasOwn(agents, agentId) ? agents[agentId]?.name : undefined;
  return typeof name === 'string' && name.trim() !== '' ? name : agentId;
}

/** The member of the team that is meant: its id, or its name in any case where only one has it. */
export function agentCalled(started: ExecutionStarted, said: string): string | null {
  const ids = [...new Set(started.plan.nodes.map(({ agentId }) => agentId))];
  if (ids.includes(said)) return said;
  const wanted = said.trim().toLowerCase();
  const named = ids.filter((id) => nameOf(started, id).trim().toLowerCase() === wanted);
  return named.length === 1 ? (named[0] ?? null) : null;
}

function contextGet(): ToolOffer {
  return {
    name: 'context_get',
    description: 'Reads the variables that your team shares in this run: one by its name, or all of them.',
    inputSchema: object({ name: text('The variable. Leave it out to read all.') }),
  };
}

function contextSet(declared: readonly string[]): ToolOffer {
  const rules =
    declared.length === 0 ? '' : ` What is written to some is combined with what is there: ${declared.join(', ')}.`;
  return {
    name: 'context_set',
    description: `Writes a variable that your team shares in this run.${rules}`,
    inputSchema: object(
      {
        name: text('The variable.'),
        value: { description: 'Any JSON value.' },
        if_version: {
          type: 'integer',
          minimum: 0,
          description: 'Write only if the variable still has this version; 0: only if it is not set.',
        },
      },
      ['name', 'value'],
    ),
  };
}

function messageSend(colleagues: readonly string[]): ToolOffer {
  return {
    name: 'message_send',
    description: 'Leaves a message for an agent of your team, or for all of them, to read before its next step.',
    inputSchema: object(
      {
        to: { type: 'string', enum: [...colleagues], description: 'Leave it out to write to everybody.' },
        content: { description: 'A text, or an object.' },
        type: { type: 'string', enum: [...SENT_TYPES] },
      },
      ['content'],
    ),
  };
}

function agentAsk(colleagues: readonly string[]): ToolOffer {
  return {
    name: 'agent_ask',
    description: 'Asks an agent of your team a question and waits for the answer, or for the time to run out.',
    inputSchema: object(
      {
        agent: { type: 'string', enum: [...colleagues] },
        question: text('Everything the agent needs to know to answer: it does not see your conversation.'),
        timeout_seconds: { type: 'number', exclusiveMinimum: 0, maximum: ANSWER_MS.longest / 1_000 },
      },
      ['agent', 'question'],
    ),
  };
}

function text(description: string): JsonObject {
  return { type: 'string', description };
}

function object(properties: JsonObject, required: readonly string[] = []): JsonObject {
  return { type: 'object', properties, required: [...required], additionalProperties: false };
}
