import BetterSqlite3 from 'better-sqlite3';
import type { Findings } from './findings.js';
import type { AcceptedRun } from './load.js';

interface EventRow {
  readonly id: string;
  readonly seq: number;
  readonly publicSeq: number | null;
  readonly at: number;
  readonly kind: string;
  readonly step: string | null;
  readonly attempt: number | null;
}

/** What the journals say of the attempts, by `execution.step.attempt` as the provider was asked. */
export interface Recorded {
  /** How often each was begun: once, and once more for each process that died under it. */
  readonly begun: ReadonlyMap<string, number>;
  /** When each ended, in ms since 1970. */
  readonly ended: ReadonlyMap<string, number>;
}

/** What was asked of the servers, as the load knows it. */
interface Asked {
  readonly accepted: readonly AcceptedRun[];
  readonly unanswered: number;
}

const BEGINNINGS: ReadonlySet<string> = new Set(['step-started', 'step-resumed']);
const ENDS: ReadonlySet<string> = new Set(['step-succeeded', 'step-retrying', 'step-failed']);

const EVENTS = `
  SELECT execution_id AS id, seq, public_seq AS publicSeq, at, body ->> 'kind' AS kind, body ->> 'step' AS step,
    body ->> 'attempt' AS attempt
  FROM event ORDER BY execution_id, seq`;

/** The file as the last server left it: whole, with every accepted run in it, each with one unbroken story. */
export function inspectFile(file: string, { accepted, unanswered }: Asked, findings: Findings): Recorded {
  const sql = new BetterSqlite3(file, { readonly: true });
  try {
    const integrity = sql.pragma('integrity_check', { simple: true });
    if (integrity !== 'ok') findings.add('broken', `PRAGMA integrity_check: ${String(integrity)}`);
    const orphans = sql.pragma('foreign_key_check');
    if (Array.isArray(orphans) && orphans.length > 0)
      findings.add('broken', `PRAGMA foreign_key_check: ${JSON.stringify(orphans.slice(0, 3))}`);

    const statuses = new Map(
      sql
        .prepare<[], { id: string; status: string }>('SELECT id, status FROM execution')
        .all()
        .map(({ id, status }) => [id, status]),
    );
    judgeRows(statuses, accepted, unanswered, findings);
    const shown = new Map(accepted.map(({ id, shownAt }) => [id, shownAt]));
    const begun = new Map<string, number>();
    const ended = new Map<string, number>();
    for (const events of byRun(sql.prepare<[], EventRow>(EVENTS).iterate())) {
      judgeStory(events, shown.get(events[0]?.id ?? '') ?? [], findings);
      for (const { id, kind, step, attempt, at } of events) {
        const key = `${id}.${step}.${attempt}`;
        if (BEGINNINGS.has(kind)) begun.set(key, (begun.get(key) ?? 0) + 1);
        if (ENDS.has(kind)) ended.set(key, at);
      }
    }
    return { begun, ended };
  } finally {
    sql.close();
  }
}

/** Every accepted run has its row and keeps its end; there are no others but those whose answer was cut off. */
function judgeRows(
  statuses: ReadonlyMap<string, string>,
  accepted: readonly AcceptedRun[],
  unanswered: number,
  findings: Findings,
): void {
  const known = new Set(accepted.map(({ id }) => id));
  for (const { id, team, status } of accepted) {
    const kept = statuses.get(id);
    if (kept === undefined) findings.add('lost', `${team} ${id} was accepted and is not in the file.`);
    else if (status !== null && kept !== status) findings.add('broken', `${id} ended as ${status} and is now ${kept}.`);
  }
  const others = [...statuses.keys()].filter((id) => !known.has(id));
  if (others.length > unanswered)
    findings.add('doubled', `${others.length} runs are there that no key found; ${unanswered} answers were cut off.`);
}

function judgeStory(events: readonly EventRow[], shownAt: readonly number[], findings: Findings): void {
  const id = events[0]?.id ?? '';
  const shown = events.filter(({ publicSeq }) => publicSeq !== null);
  const ends = events.filter(({ kind }) => kind === 'execution-finished').length;
  if (!events.every(({ seq }, index) => seq === index + 1)) findings.add('broken', `${id} has a gap in its numbers.`);
  if (!shown.every(({ publicSeq }, index) => publicSeq === index + 1))
    findings.add('broken', `${id} has a gap in its public numbers.`);
  if (!shownAt.every((at, index) => shown[index]?.at === at))
    findings.add('broken', `${id} has taken back what it had shown.`);
  if (ends !== 1) findings.add(ends === 0 ? 'lost' : 'broken', `${id} has ${ends} ends in the journal.`);
}

function* byRun(rows: Iterable<EventRow>): Generator<readonly EventRow[]> {
  let run: EventRow[] = [];
  for (const row of rows) {
    if (run[0] && run[0].id !== row.id) {
      yield run;
      run = [];
    }
    run.push(row);
  }
  if (run.length > 0) yield run;
}
