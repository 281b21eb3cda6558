import { Injectable } from '@nestjs/common';
import { type AgentSnapshot, AgentsService } from '#libs/agents/index.js';
import { type FieldErrors, Invalid } from '#libs/kernel/index.js';
import type { ExecutionStarted } from '#libs/workflow/index.js';
import type { AgentRevisions } from './repair.views.js';
import { frozen, snapshotIn } from './snapshot.js';

/** What a fork freezes otherwise than its parent. */
export interface Revised extends Pick<ExecutionStarted, 'agents' | 'prices'> {
  /** Of the agents that are not as they were. */
  readonly ids: readonly string[];
}

/** Agents of a run that has been, as somebody wants them to have been. */
@Injectable()
export class Revisions {
  constructor(private readonly agents: AgentsService) {}

  /** Models that the run has prices for keep them. Throws `Invalid` naming each agent that cannot be so, or none is changed. */
  of(started: ExecutionStarted, wanted: AgentRevisions): Revised {
    const errors: Record<string, readonly string[]> = {};
    const ids: string[] = [];
    let { agents, prices } = started;
    for (const [id, { model, system_prompt: systemPrompt }] of Object.entries(wanted)) {
      const before = snapshotIn(started, id);
      const refusal = before ? refusalOf(before) : 'is no agent of the execution';
      if (refusal) errors[`agents.${id}`] = [refusal];
      if (!before || refusal) continue;
      const change = { ...(model !== undefined && { model }), ...(systemPrompt !== undefined && { systemPrompt }) };
      const { snapshot, price } = this.agents.revised(before, change);
      if (snapshot.model === before.model && snapshot.systemPrompt === before.systemPrompt) continue;
      ids.push(id);
      agents = { ...agents, [id]: frozen(snapshot) };
      prices = { [snapshot.model ?? '']: price, ...prices };
    }
    refuse(errors, ids);
    return { ids, agents, prices };
  }
}

/** What lives at an address of its own is told neither. */
function refusalOf({ runner }: AgentSnapshot): string | null {
  return runner === 'http' ? 'runs at an address of its own: neither its model nor its prompt is known there' : null;
}

function refuse(errors: FieldErrors, changed: readonly string[]): void {
  if (Object.keys(errors).length > 0) throw new Invalid(errors, 'execution.agent-not-changed');
  if (changed.length > 0) return;
  const why = 'must give at least one agent another model or system_prompt than it had';
  throw new Invalid({ agents: [why] }, 'execution.nothing-to-change');
}
