import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  advance,
  finalResult,
  fold,
  foldAll,
  JOURNAL_FORMAT,
  type JournalEvent,
  numbered,
  PUBLIC_NAME,
  type State,
  type Step,
  UNBORN,
} from '#libs/workflow/index.js';
import { SCENARIOS } from './scenarios.js';

/*
 * Journals that earlier programs wrote are folded for ever: a run that was accepted by one release is finished and
 * shown by every later one. `RECORD=1` writes the journals that are missing, and never touches one that is there.
 */

const FOLDER = join(__dirname, 'journals');
const RECORD = process.env.RECORD === '1';

if (RECORD) for (const [name, play] of Object.entries(SCENARIOS)) record(name, play().journal);

const recorded = globSync('*.jsonl', { cwd: FOLDER })
  .map((file) => basename(file, '.jsonl'))
  .sort();

describe.each(recorded)('the recorded journal %s', (name) => {
  const journal = journalIn(name);

  it('adds up to what it did when it was recorded', () => {
    expect(summaryOf(foldAll(journal))).toEqual(JSON.parse(readFileSync(fileOf(name, 'expected.json'), 'utf8')));
  });

  it('adds up to the same event by event and from any place on', () => {
    const whole = foldAll(journal);
    expect(journal.reduce(fold, UNBORN)).toEqual(whole);
    for (const place of journal.keys()) {
      expect(foldAll(journal.slice(place), foldAll(journal.slice(0, place)))).toEqual(whole);
    }
  });

  it('is in a format this program reads, with nothing it does not know', () => {
    expect(journal[0]?.body).toMatchObject({ kind: 'execution-started', format: JOURNAL_FORMAT });
    for (const { body } of journal) expect(PUBLIC_NAME).toHaveProperty([body.kind]);
    expect(foldAll(journal).unreadable).toBeNull();
  });

  it('counts its events and its public events without a gap, in the order of time', () => {
    expect(journal.map(({ seq }) => seq)).toEqual(journal.map((_, index) => index + 1));
    const shown = journal.filter(({ body }) => PUBLIC_NAME[body.kind] !== null);
    expect(shown.map(({ publicSeq }) => publicSeq)).toEqual(shown.map((_, index) => index + 1));
    expect(journal.filter(({ publicSeq }) => publicSeq === null)).toHaveLength(journal.length - shown.length);
    expect(journal.map(({ at }) => at)).toEqual(journal.map(({ at }) => at).sort((a, b) => a - b));
  });

  it('is over: nothing is left to be done', () => {
    const end = journal.findLast(({ body }) => body.kind !== 'cost-recorded');
    expect(end?.body.kind).toBe('execution-finished');
    expect(advance(foldAll(journal), [], Number.MAX_SAFE_INTEGER, 0.5).events).toEqual([]);
  });

  it('could have been taken over at any moment and would still have come to an end', () => {
    for (const place of journal.keys()) {
      const before = foldAll(journal.slice(0, place + 1));
      expect(endOf(before).phase).toBe('finished');
    }
  });
});

describe('the recordings', () => {
  it.each(Object.keys(SCENARIOS))('hold %s (if not: RECORD=1 npm test -- test/journals)', (name) => {
    expect(recorded).toContain(name);
    expect(existsSync(fileOf(name, 'expected.json'))).toBe(true);
  });

  it.each(Object.entries(SCENARIOS))('could be made anew by the program as it is: %s', (_, play) => {
    expect(foldAll(play().journal).phase).toBe('finished');
  });
});

/** Another process takes over, every step that runs fails at once, people refuse: the run ends, whatever it was in. */
function endOf(state: State): State {
  let now = state.lastAt;
  let next = advance(state, [], now, 0.5, {
    first: [{ kind: 'execution-taken', epoch: state.epoch + 1 }],
  });
  for (let turn = 0; turn < 100 && next.state.phase === 'open'; turn++) {
    const reports = Object.values(next.state.steps).flatMap((step) => {
      if (step.is !== 'running') return [];
      const { id, attempt, epoch } = step;
      const error = { code: 'invalid', message: 'no' };
      return [{ step: id, attempt, epoch, outcome: { ok: false, error, retryAfterMs: 0, usage: null } as const }];
    });
    now = Math.max(now, next.wakeAt ?? now);
    next = advance(refused(next.state, now), reports, now, 0.5);
  }
  return next.state;
}

function refused(state: State, now: number): State {
  const asked = Object.values(state.steps).filter((step) => step.is === 'parked' && step.approval);
  const no = { by: 'ada', decision: 'reject', edited: null, comment: null } as const;
  return asked.reduce(
    (after, { id }) => fold(after, numbered(after, { kind: 'approval-decided', step: id, ...no }, now)),
    state,
  );
}

function summaryOf(state: State): object {
  const { phase, status, error, seq, publicSeq, epoch, cancelling, startedAt, finishedAt, rounds, loops } = state;
  const charges = Object.entries(state.charges).map(([key, usage]) => [key, usage?.costMicros ?? null]);
  return {
    ...{ phase, status, error, seq, publicSeq, epoch, cancelling, startedAt, finishedAt, rounds, loops },
    steps: Object.fromEntries(Object.values(state.steps).map((step) => [step.id, stepIn(step)])),
    charges: Object.fromEntries(charges),
    result: state.started && finalResult(state.started.plan, state),
  };
}

/** What became of a step, in words that survive a change of how states are kept. */
function stepIn(step: Step): string {
  const { is, agentId } = step;
  switch (is) {
    case 'succeeded':
      return `${agentId} succeeded in attempt ${step.attempt}: ${step.output.result}`;
    case 'failed':
      return `${agentId} failed in attempt ${step.attempt}: ${step.error.code}`;
    case 'skipped':
      return `${agentId} skipped: ${step.reason}`;
    case 'cancelled':
      return `${agentId} cancelled${step.cut ? ` in attempt ${step.cut.attempt}` : ''}`;
    case 'waiting':
    case 'running':
    case 'parked':
      return `${agentId} ${is}`;
  }
}

function record(name: string, journal: readonly JournalEvent[]): void {
  if (existsSync(fileOf(name, 'jsonl'))) return;
  writeFileSync(fileOf(name, 'jsonl'), journal.map((event) => `${JSON.stringify(event)}\n`).join(''));
  writeFileSync(fileOf(name, 'expected.json'), `${JSON.stringify(summaryOf(foldAll(journal)), null, 2)}\n`);
}

function journalIn(name: string): readonly JournalEvent[] {
  const lines = readFileSync(fileOf(name, 'jsonl'), 'utf8').trimEnd().split('\n');
  return lines.map((line): JournalEvent => JSON.parse(line));
}

function fileOf(name: string, ending: string): string {
  return join(FOLDER, `${name}.${ending}`);
}
