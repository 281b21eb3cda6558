// What `npm run chaos` would say of journals that are as they should be, and of the same ones with a fault in them.
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { EventBody, EventKind, JournalEvent } from '#libs/workflow/index.js';
import type { Flaw } from '../bench/chaos/findings.js';
import { judgeApprovals, type Testimony } from '../bench/chaos/judges/approvals.js';
import { endedAs, judgeChild } from '../bench/chaos/judges/children.js';
import { judgeContext } from '../bench/chaos/judges/context.js';
import { judgeQuestions } from '../bench/chaos/judges/questions.js';
import { contextFlaws, messageFlaws } from '../bench/chaos/judges/shown.js';
import { judgeStory } from '../bench/chaos/judges/story.js';
import { judgeTurns, turnsIn } from '../bench/chaos/judges/turns.js';

const FOLDER = join(__dirname, 'journals');
const names = globSync('*.jsonl', { cwd: FOLDER }).map((file) => basename(file, '.jsonl'));

function journal(name: string): readonly JournalEvent[] {
  const lines = readFileSync(join(FOLDER, `${name}.jsonl`), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => JSON.parse(line));
}

function idOf([first]: readonly JournalEvent[]): string {
  return first?.body.kind === 'execution-started' ? first.body.executionId : '';
}

/** Of the n-th event of this kind. */
const placeOf = (events: readonly JournalEvent[], kind: EventKind, nth = 1): number =>
  events.flatMap(({ body }, place) => (body.kind === kind ? [place] : []))[nth - 1] ?? Number.NaN;

const without = (events: readonly JournalEvent[], kind: EventKind, nth = 1) =>
  events.filter((_, place) => place !== placeOf(events, kind, nth));

const twice = (events: readonly JournalEvent[], kind: EventKind, nth = 1) => {
  const place = placeOf(events, kind, nth);
  return [...events.slice(0, place + 1), ...events.slice(place)];
};

const altered = (events: readonly JournalEvent[], kind: EventKind, change: object, nth = 1): readonly JournalEvent[] =>
  events.map((event, place) =>
    place === placeOf(events, kind, nth) ? { ...event, body: { ...event.body, ...change } as EventBody } : event,
  );

const textsOf = (flaws: readonly Flaw[]): string => flaws.map(({ kind, text }) => `${kind}: ${text}`).join('\n');

const talk = journal('0.2-conversation');
const people = journal('0.2-people');
const retry = journal('0.2-retry');
const replay = journal('0.2-replay');

const NOTHING: Testimony = { cast: [], inbox: [], heard: () => undefined };
const AGREED = ['s1', 's2', 's3'].map((step) => ({ step, status: step === 's3' ? 'expired' : 'approved' }));
const INBOX: Readonly<Record<string, Testimony['inbox']>> = {
  '0.2-people': AGREED,
  '0.2-people-who-refuse': [
    { step: 's1', status: 'approved' },
    { step: 's2', status: 'rejected' },
  ],
};

describe.each(names)('of the recorded journal %s', (name) => {
  test('no judge complains', () => {
    const events = journal(name);
    const shownAt = events.flatMap(({ publicSeq, at }) => (publicSeq === null ? [] : [at]));
    const isOver = events.at(-1)?.body.kind === 'execution-finished';
    expect(isOver ? judgeStory(events, shownAt) : []).toEqual([]);
    expect(judgeContext(events, [])).toEqual([]);
    expect(judgeQuestions(events)).toEqual([]);
    expect(judgeApprovals(events, { ...NOTHING, inbox: INBOX[name] ?? [] })).toEqual([]);
    // Whatever it took over was so.
    expect(judgeChild(events, () => endedAs(events))).toEqual([]);
  });
});

describe('a story', () => {
  const judge = (events: readonly JournalEvent[], shownAt: readonly number[] = []) =>
    textsOf(judgeStory(events, shownAt));

  test('has all its numbers, one end, and all that was shown', () => {
    expect(judge(without(talk, 'tool-completed'))).toContain('broken: has a gap in its numbers.');
    expect(judge(without(talk, 'tool-completed'))).toContain('broken: has a gap in its public numbers.');
    expect(judge(without(talk, 'execution-finished'))).toBe('lost: has no end in the journal.');
    expect(judge(twice(talk, 'execution-finished'))).toContain('broken: has 2 ends');
    expect(judge(talk, [1])).toBe('broken: has taken back what it had shown.');
  });
});

describe('the context', () => {
  const judge = (events: readonly JournalEvent[], told: Parameters<typeof judgeContext>[1] = []) =>
    textsOf(judgeContext(events, told));

  test('has every change that was told, and each once', () => {
    expect(judge(without(talk, 'context-changed', 2))).toBe('lost: has told of the change s1 3, and has it not.');
    expect(judge(twice(talk, 'context-changed'))).toContain('doubled: has the change s1 2 2 times.');
    expect(judge(twice(talk, 'context-changed'))).toContain('broken: has a change 2 after 2.');
    expect(judge(without(talk, 'tool-completed', 2))).toContain('broken: has the change s1 3, told 0 times.');
    expect(judge(talk, [{ step: 's1', version: 2 }])).toBe('');
    expect(judge(talk, [{ step: 's1', version: 99 }])).toContain('lost: has told of the change s1 99');
  });

  test('is shown with each change in it once', () => {
    const at = '2026-11-22T11:00:00.000Z';
    const changed = (key: string, value: unknown) => ({ type: 'context.changed', at, context: { key, value } });
    const told = { type: 'tool.completed', at, tool: { name: 'context_set', output: { version: 2 } } };
    const events = [changed('log', 'a'), told, changed('log', 'b'), changed('total', 3)];
    const history = [{ version: 2, key: 'log' }];
    const flaws = (variables: { log: readonly string[]; total: number }, seen = history) =>
      contextFlaws(events, { version: 4, variables, history: seen }).length;
    expect(flaws({ log: ['a', 'b'], total: 1_003 })).toBe(0);
    expect(flaws({ log: ['a'], total: 1_003 })).toBe(1);
    expect(flaws({ log: ['a', 'a', 'b'], total: 1_003 })).toBe(1);
    expect(flaws({ log: ['a', 'b'], total: 1_006 })).toBe(1);
    expect(flaws({ log: ['a', 'b'], total: 1_003 }, [])).toBe(1);
  });
});

describe('questions', () => {
  const judge = (events: readonly JournalEvent[]) => textsOf(judgeQuestions(events));
  const answerOf = talk.findIndex(({ body }) => body.kind === 'message-sent' && body.answers !== undefined);
  const answer = talk.filter((_, place) => place === answerOf);

  test('have one answer, and calls one end', () => {
    expect(judge(talk.filter((_, place) => place !== answerOf))).toBe('lost: has not answered the question c1.');
    expect(judge([...talk, ...answer])).toBe('doubled: has answered the question c1 2 times.');
    expect(judge(without(talk, 'tool-completed'))).toBe('lost: has never ended the call s1 1.0 context_set.');
    expect(judge(twice(talk, 'tool-completed'))).toBe('doubled: has ended the call s1 1.0 context_set 2 times.');
    expect(judge(twice(talk, 'tool-called'))).toContain('doubled: has made the call s1 1.0 context_set twice.');
  });

  test('lead nowhere back', () => {
    const back = {
      kind: 'step-added',
      step: 'c9',
      added: { agentId: 'east', askedBy: 'c1', depth: 2, deadline: 0, question: '?', call: { turnNo: 1, place: 0 } },
    } as const;
    const place = placeOf(talk, 'step-added');
    const event = { seq: 0, publicSeq: null, at: 0, body: back };
    expect(judge([...talk.slice(0, place + 1), event, ...talk.slice(place + 1)])).toContain('waits in a circle: c9');
  });
});

describe('people', () => {
  const judge = (events: readonly JournalEvent[], testimony: Partial<Testimony> = {}) =>
    textsOf(judgeApprovals(events, { ...NOTHING, ...testimony })).replace(/\n?broken: has the inbox say "", .*/, '');

  test('are not gone past', () => {
    expect(judge(without(people, 'approval-decided'))).toBe('broken: began s1 without a yes.');
    expect(judge(without(people, 'approval-decided', 2))).toContain('broken: ended s2 without a yes.');
    expect(judge(altered(people, 'approval-decided', { decision: 'reject' }, 4))).toContain('ended s3 without a yes.');
    const refused = journal('0.2-people-who-refuse');
    expect(judge(without(refused, 'approval-decided', 2))).toBe('broken: failed s2 without a no.');
  });

  test('are heard once, and what they made of a result is kept', () => {
    expect(judge(people, { cast: [{ step: 's2', by: 'bob', decision: 'approve' }] })).toBe('');
    expect(judge(people, { cast: [{ step: 's2', by: 'eve', decision: 'approve' }] })).toBe(
      'lost: has 0 times that eve said approve to s2.',
    );
    expect(judge(people, { cast: [{ step: 's2', by: 'bob', decision: 'reject' }] })).toContain('lost: has 0 times');
    expect(judge(twice(people, 'approval-decided', 2))).toContain('doubled: has a second word of ada on s2');
    expect(judge(twice(people, 'approval-requested', 2))).toContain('doubled: asks people twice about s2.');
    expect(judge(altered(people, 'step-succeeded', { output: { result: 'Mine.' } }, 2))).toBe(
      'lost: does not have what people made of s2.',
    );
    expect(judge(without(people, 'step-succeeded', 3))).toBe('lost: ended while s3 waited for people.');
  });

  test('agree with their inbox, and their words are told to the agent', () => {
    expect(judge(people, { inbox: AGREED })).toBe('');
    expect(judge(people, { inbox: AGREED.slice(1) })).toContain('broken: has the inbox say "s2 approved, s3 expired"');
    expect(judge(people, { inbox: [{ step: 's1', status: 'pending' }, ...AGREED.slice(1)] })).toContain(
      'say "s1 pending',
    );
    expect(judge(people, { heard: () => 'Write kindly to the mayor.' })).toBe('');
    expect(judge(people, { heard: () => 'Write.' })).toBe('lost: was not told what people made of s1.');
  });
});

describe('messages', () => {
  const sent = (message_id: string) => ({ type: 'message.sent', at: '', message: { message_id } });
  const kept = (message_id: string, response_message_id: string | null = null, requires_response = false) => {
    return { message_id, requires_response, response_message_id };
  };

  test('are shown as they were sent, with their answers', () => {
    const events = [sent('m1'), sent('m2')];
    const log = [kept('m1', 'm2', true), kept('m2')];
    expect(messageFlaws(events, log)).toEqual([]);
    expect(messageFlaws(events, log.slice(1))).toHaveLength(1);
    expect(messageFlaws(events, [...log, kept('m2')])).toHaveLength(1);
    expect(messageFlaws(events, [kept('m1', null, true), kept('m2')])).toEqual(['has not answered m1']);
    expect(
      messageFlaws([...events, { type: 'execution.cancelling', at: '' }], [kept('m1', null, true), kept('m2')]),
    ).toEqual([]);
  });
});

describe('children', () => {
  const judge = (events: readonly JournalEvent[], parent = events) =>
    textsOf(judgeChild(events, () => endedAs(parent)));
  const again = (step: string): JournalEvent => {
    return { seq: 0, publicSeq: null, at: 0, body: { kind: 'step-started', step, attempt: 1, epoch: 1 } };
  };

  test('have what they took over as it was, and run none of it', () => {
    expect(textsOf(judgeChild(retry, () => undefined))).toContain('which is not there.');
    const other = altered(retry, 'step-adopted', { result: { ok: true, output: { result: 'else' } } });
    expect(judge(other, retry)).toBe('lost: has taken over s1 other than it was.');
    expect(judge([...retry, again('s1')])).toBe('doubled: runs s1 again.');
    expect(judge([...replay, again('s9')])).toBe('doubled: runs s9, a replay.');
    expect(judge(altered(replay, 'execution-finished', { status: 'cancelled' }), replay)).toContain('as cancelled.');
  });

  test('have all that was written in what they took over', () => {
    const change = { kind: 'context-changed', step: 's1', name: 'log', reducer: 'append', version: 2 } as const;
    const wrote = (value: string): JournalEvent => ({ seq: 0, publicSeq: null, at: 0, body: { ...change, value } });
    expect(judge([...retry, wrote('a'), wrote('b')], [...retry, wrote('a'), wrote('b')])).toBe('');
    expect(judge([...retry, wrote('b')], [...retry, wrote('a'), wrote('b')])).toContain('what s1 wrote: log "a".');
  });
});

describe('turns', () => {
  const id = idOf(talk);
  const turns = turnsIn(id, talk);
  const judge = (askedAt: Record<string, readonly number[]>) =>
    textsOf(judgeTurns(new Map(Object.entries(askedAt)), turns));
  const asked = [...turns.recordedAt].map(([key, at]) => [key, [at - 1]] as const);

  test('may be asked for once each, and again for each process that died under them', () => {
    expect(judge(Object.fromEntries(asked))).toBe('');
    const deaths = talk.filter(({ body }) => body.kind === 'step-interrupted');
    const [again] = [...turns.mayBeAsked].filter(([, times]) => times > 1).map(([key]) => key);
    expect(deaths.length).toBeGreaterThan(0);
    expect(again).toBeDefined();
  });

  test('are never asked for when they are on record, nor without being called for', () => {
    const [key = '', at = 0] = [...turns.recordedAt][0] ?? [];
    expect(judge({ [key]: [at + 5] })).toBe(`doubled: ${key} was asked for 5 ms after it was on record.`);
    expect(judge({ [key]: [at - 2, at - 1] })).toBe(`doubled: ${key} was asked for 2 times; 1 were called for.`);
    expect(judge({ [`${id}.s9.1`]: [1] })).toBe(`doubled: ${id}.s9.1 was asked for 1 times; 0 were called for.`);
  });
});
