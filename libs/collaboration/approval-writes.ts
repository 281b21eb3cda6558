import type { ChangedRows, NewRow, Write } from '#libs/platform/database/index.js';
import { personKey } from '#libs/platform/people/index.js';
import {
  type Approval,
  type ApprovalDecided,
  type ApprovalRequested,
  agreement,
  approvalId,
  approvalOf,
  inputOf,
  isJudged,
  type JournalEvent,
  type State,
  type Step,
  type Vote,
} from '#libs/workflow/index.js';
import { type ApprovalRecord, type ApprovalStatus, type Asked, type GivenVote } from './approval.js';

/*
 * Invariant: the table of approvals follows the journal. A row is pending exactly as long as people may speak, and is
 * written in the transaction of the event that made it so.
 */

/** What an append of the owner means for the inbox of people: questions that it opens and settles. */
export function approvalWrites(before: State, after: State, events: readonly JournalEvent[]): readonly Write[] {
  const told = events.flatMap(({ body, at }): readonly Write[] => {
    if (body.kind === 'approval-requested') return opening(after, body, at);
    return body.kind === 'approval-decided' && body.by === null ? [lapse(after, body, at)] : [];
  });
  const settled = Object.values(before.steps).flatMap((step) => (isJudged(step) ? settlement(after, step.id) : []));
  return [...told, ...settled];
}

/** What a vote means for it, in the transaction of the note; only while it is pending. */
export function voteWrites(record: ApprovalRecord, vote: Vote, at: number): readonly Write[] {
  const given: GivenVote = { by: vote.by, decision: vote.decision, edited: vote.edited, comment: vote.comment, at };
  const line = lineOf(given);
  const added: ChangedRows = { ...pending(record.id), set: {}, append: { votes: line } };
  const stands = agreement(record.asked.approval, [...record.votes, given]);
  if (stands === 'open') return [added];
  // Only if nobody else has spoken in between: then it is for the owner of the execution to say how it stands.
  const votes = record.votes.map(lineOf).join('') + line;
  const { table, where } = pending(record.id);
  const status: ApprovalStatus = stands === 'granted' ? 'approved' : 'rejected';
  return [added, { table, where: { ...where, votes }, set: { status, settled_at: at } }];
}

function opening(state: State, { step: id, when, until, output }: ApprovalRequested, at: number): readonly Write[] {
  const { started } = state;
  const step = state.steps[id];
  const approval = started && step && approvalOf(started.plan, step, when);
  if (!approval) return [];
  const { executionId, userId, teamId, teamName, plan } = started;
  const { agentId } = step;
  const input = inputOf(plan, started, state, id);
  const given = 'missing' in input ? '' : input.texts.map(({ text }) => text).join('\n\n');
  const agentName = nameOf(started.agents[agentId]?.name);
  const subject = output?.result ?? given;
  const asked: Asked = { teamId, teamName, agentId, agentName, when, subject, expiresAt: until, approval };
  const row: NewRow = {
    table: 'approval',
    values: {
      id: approvalId(executionId, id),
      ...{ execution_id: executionId, step_id: id, user_id: userId },
      ...{ status: 'pending', requested_at: at, settled_at: null },
      // As JSON: what agents write may hold what not every database takes.
      ...{ asked: JSON.stringify(asked), votes: '' },
    },
  };
  return [row, ...readersOf(userId, approval, approvalId(executionId, id)), ...settlement(state, id)];
}

/** The owner of the execution sees what it waits for, whoever is asked. */
function readersOf(userId: string, { approvers }: Approval, id: string): readonly NewRow[] {
  const people = new Set([userId, ...approvers].map(personKey));
  return [...people].map((person) => ({ table: 'approval_reader', values: { person, approval_id: id } }));
}

/** Nobody decided in time. */
function lapse({ started }: State, { step, by, decision, edited, comment }: ApprovalDecided, at: number): Write {
  const where = pending(approvalId(started?.executionId ?? '', step));
  return {
    ...where,
    set: { status: 'expired', settled_at: at },
    append: { votes: lineOf({ by, decision, edited, comment, at }) },
  };
}

/** What became of a step that people were asked about; nothing while they still are. */
function settlement({ started, steps, lastAt }: State, id: string): readonly Write[] {
  const step = steps[id];
  if (!step || isJudged(step)) return [];
  const row = pending(approvalId(started?.executionId ?? '', id));
  return [{ ...row, set: { status: outcomeOf(step), settled_at: lastAt } }];
}

function outcomeOf({ is }: Step): ApprovalStatus {
  if (is === 'cancelled') return 'cancelled';
  return is === 'failed' ? 'rejected' : 'approved';
}

function pending(id: string): { readonly table: string; readonly where: ChangedRows['where'] } {
  return { table: 'approval', where: { id, status: 'pending' } };
}

/** One vote a line: JSON has no line breaks of its own. */
function lineOf(vote: GivenVote): string {
  return `${JSON.stringify(vote)}\n`;
}

function nameOf(kept: unknown): string {
  return typeof kept === 'string' ? kept : '';
}
