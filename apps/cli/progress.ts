import type { RunEvent } from './api.client.js';

/*
 * Invariant: `text` is the unbroken beginning of what the agent says in this attempt. A piece behind a gap is left out
 * until the result brings the whole.
 */

export type AgentState = 'waiting' | 'running' | 'retrying' | 'done' | 'failed' | 'skipped' | 'cancelled';

export interface AgentProgress {
  readonly id: string;
  readonly name: string;
  readonly state: AgentState;
  readonly attempt: number;
  readonly text: string;
  /** Milliseconds since 1970, of the first attempt. */
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly tokens: number | null;
  /** Why it failed or tries again. */
  readonly trouble: string | null;
}

export interface Progress {
  readonly agents: readonly AgentProgress[];
  readonly startedAt: number | null;
  /** How the run ended; null: it goes on. */
  readonly status: string | null;
}

export function progressOf(agents: readonly { readonly id: string; readonly name: string }[]): Progress {
  const fresh = {
    state: 'waiting',
    attempt: 0,
    text: '',
    startedAt: null,
    endedAt: null,
    tokens: null,
    trouble: null,
  } as const;
  return { agents: agents.map((agent) => ({ ...agent, ...fresh })), startedAt: null, status: null };
}

/** What is known after one more event. Types that nobody here knows change nothing. */
export function after(progress: Progress, event: RunEvent): Progress {
  const at = event.at === undefined ? null : Date.parse(event.at);
  if (event.type === 'execution.started') return { ...progress, startedAt: at };
  if (event.type === 'execution.finished') return { ...progress, status: event.status ?? null };
  const agents = progress.agents.map((agent) => (agent.id === event.agent_id ? agentAfter(agent, event, at) : agent));
  return { ...progress, agents };
}

function agentAfter(agent: AgentProgress, event: RunEvent, at: number | null): AgentProgress {
  switch (event.type) {
    case 'step.started':
      return { ...begun(agent, event), startedAt: agent.startedAt ?? at };
    case 'step.delta':
      return withText(agent, event);
    case 'step.succeeded':
      return { ...ended(agent, 'done', event, at), text: event.result ?? agent.text };
    case 'step.failed':
      return ended(agent, 'failed', event, at);
    case 'step.retrying':
      return { ...ended(agent, 'retrying', event, null), text: '' };
    case 'step.skipped':
      return ended(agent, 'skipped', event, at);
    case 'step.cancelled':
      return ended(agent, 'cancelled', event, at);
    default:
      return agent;
  }
}

/** A later attempt, or a later round, begins its text anew. */
function begun(agent: AgentProgress, { attempt = 1 }: RunEvent): AgentProgress {
  return { ...agent, state: 'running', attempt, text: '', endedAt: null, trouble: null };
}

function withText(agent: AgentProgress, { attempt, offset, text = '' }: RunEvent): AgentProgress {
  const goesOn = attempt === agent.attempt && offset === agent.text.length && agent.state === 'running';
  return goesOn ? { ...agent, text: agent.text + text } : agent;
}

function ended(agent: AgentProgress, state: AgentState, { usage, error }: RunEvent, at: number | null): AgentProgress {
  const used = usage ? usage.tokens_input + usage.tokens_output : null;
  const tokens = used === null ? agent.tokens : (agent.tokens ?? 0) + used;
  return { ...agent, state, endedAt: at, tokens, trouble: error?.message ?? null };
}
