import type { JournalEvent } from '#libs/workflow/index.js';
import type { Findings, Flaw } from './findings.js';
import { judgeApprovals, type KeptApproval } from './judges/approvals.js';
import { type Ended, endedAs, judgeChild } from './judges/children.js';
import { judgeContext } from './judges/context.js';
import { judgeQuestions } from './judges/questions.js';
import { judgeStory } from './judges/story.js';
import { judgeTurns, turnsIn } from './judges/turns.js';
import type { Load } from './load.js';
import type { ModelProvider } from './model-provider.js';
import type { People } from './people.js';
import type { Records } from './records.js';
import { tally } from './tally.js';

interface EventRow {
  readonly seq: number;
  readonly publicSeq: number | null;
  readonly at: number;
  readonly body: string;
}

/** Everybody who knows what ought to be there. */
export interface Witnesses {
  readonly load: Pick<Load, 'accepted' | 'unanswered'>;
  readonly provider: Pick<ModelProvider, 'askedAt' | 'told' | 'heard'>;
  readonly people: Pick<People, 'cast'>;
}

const EVENTS = `
  SELECT seq, public_seq AS "publicSeq", at, body FROM event WHERE execution_id = ? ORDER BY seq`;

const INBOX = 'SELECT step_id AS step, status FROM approval WHERE execution_id = ?';

/**
 * What the last server left: whole, with every accepted run in it, each with one story in which nothing is done twice.
 * Resolves to what happened in them, by name.
 */
export async function inspectRecords(
  records: Records,
  witnesses: Witnesses,
  findings: Findings,
): Promise<Map<string, number>> {
  for (const flaw of records.flaws) findings.add('broken', flaw);
  const { load, provider, people } = witnesses;
  const runs = await records.all<{ id: string; status: string }>('SELECT id, status FROM execution ORDER BY id');
  judgeRows(new Map(runs.map(({ id, status }) => [id, status])), load, findings);

  const shown = new Map(load.accepted.map(({ id, shownAt }) => [id, shownAt]));
  const ended = new Map<string, Ended>();
  const mayBeAsked = new Map<string, number>();
  const recordedAt = new Map<string, number>();
  const happened = new Map<string, number>();
  // Those that a child takes over from are older, and so are their ids.
  for (const { id } of runs) {
    const rows = await records.all<EventRow>(EVENTS, id);
    // What is large lies apart, and is null here.
    const events: JournalEvent[] = rows.map(({ body, ...row }) => ({ ...row, body: JSON.parse(body) }));
    tally(events, happened);
    ended.set(id, endedAs(events));
    const turns = turnsIn(id, events);
    for (const [key, times] of turns.mayBeAsked) mayBeAsked.set(key, times);
    for (const [key, at] of turns.recordedAt) recordedAt.set(key, at);
    const flaws: readonly Flaw[] = [
      ...judgeStory(events, shown.get(id) ?? []),
      ...judgeContext(events, provider.told.get(id) ?? []),
      ...judgeQuestions(events),
      ...judgeApprovals(events, {
        cast: people.cast.get(id) ?? [],
        inbox: await records.all<KeptApproval>(INBOX, id),
        heard: (step, attempt) => provider.heard.get(`${id}.${step}.${attempt}`),
      }),
      ...judgeChild(events, (other) => ended.get(other)),
    ];
    for (const { kind, text } of flaws) findings.add(kind, `${id} ${text}`);
  }
  for (const { kind, text, at } of judgeTurns(provider.askedAt, { mayBeAsked, recordedAt }))
    findings.add(kind, text, at);
  return happened;
}

/** Every accepted run has its row and keeps its end; there are no others but those whose answer was cut off. */
function judgeRows(
  statuses: ReadonlyMap<string, string>,
  { accepted, unanswered }: Witnesses['load'],
  findings: Findings,
): void {
  const known = new Set(accepted.map(({ id }) => id));
  for (const { id, team, status } of accepted) {
    const kept = statuses.get(id);
    if (kept === undefined) findings.add('lost', `${team} ${id} was accepted and is not in the records.`);
    else if (status !== null && kept !== status) findings.add('broken', `${id} ended as ${status} and is now ${kept}.`);
  }
  if (known.size < accepted.length) findings.add('broken', 'Two acceptances were answered with the same run.');
  const others = [...statuses.keys()].filter((id) => !known.has(id));
  if (others.length > unanswered)
    findings.add('doubled', `${others.length} runs are there that no key found; ${unanswered} answers were cut off.`);
}
