import type { Json, JsonObject } from '#libs/kernel/index.js';
import { planWith } from './testing/journals.js';
import { outcomeOf, Team } from './testing/team.js';

const LARGE = 'x'.repeat(64 * 1024);

let team: Team;
beforeEach(() => {
  team = new Team(['Ann', 'Bob', 'Eve'], {
    context: {
      list: { reducer: 'append' },
      total: { reducer: 'sum', initial: 1 },
      best: { reducer: 'max' },
      table: { reducer: 'merge', initial: { a: 1 } },
    },
  });
});

const use = (name: string, input: Json, step = 's1') => outcomeOf(team.use(step, name, input));
const set = (name: Json, value?: Json, rest: JsonObject = {}) =>
  use('context_set', { name, ...(value !== undefined && { value }), ...rest });
const errorOf = (name: string, input: Json) => {
  const result = team.use('s1', name, input);
  return result?.ok === false ? result.error.message : '';
};

describe('every use of a tool', () => {
  it('is on record before what it does, and what it gives behind it', () => {
    set('topic', 'bread');
    const kinds = team.journal.slice(-3).map(({ body }) => body.kind);
    expect(kinds).toEqual(['tool-called', 'context-changed', 'tool-completed']);
    expect(team.journal.at(-1)?.body).toMatchObject({
      step: 's1',
      attempt: 1,
      turnNo: 1,
      place: 0,
      name: 'context_set',
    });
  });

  it('is refused where there is no such tool, or the agent may not use it', () => {
    expect(use('rocket_launch', {})).toBe('tool.unknown');
    team = new Team(['Ann', 'Bob'], {}, { Ann: { tools: ['context_get'] } });
    expect([set('a', 1), set('a', 1, {})]).toEqual(['tool.unknown', 'tool.unknown']);
    expect(outcomeOf(team.use('s2', 'context_set', { name: 'a', value: 1 }))).toMatchObject({ name: 'a' });
  });

  it.each(['context_set', 'message_send', 'agent_ask'])('%s is refused for an input that is no object', (name) => {
    for (const input of [null, [], 'text', 1]) expect(use(name, input)).toBe('tool.input-invalid');
  });
});

describe('context_get', () => {
  it('reads one variable with the version it last changed with, whoever set it', () => {
    set('topic', 'bread');
    set('other', 1);
    expect(use('context_get', { name: 'topic' }, 's2')).toEqual({ name: 'topic', value: 'bread', version: 2 });
    expect(use('context_get', { name: 'total' })).toEqual({ name: 'total', value: 1, version: 1 });
    expect(use('context_get', { name: 'initial_prompt' })).toMatchObject({ value: 'the prompt' });
  });

  it('reads all of them', () => {
    set('topic', 'bread');
    const everything = {
      variables: expect.objectContaining({ topic: 'bread', workflow_type: 'parallel' }),
      version: 2,
    };
    expect(use('context_get', {})).toEqual(everything);
    expect(use('context_get', { name: null })).toEqual(everything);
  });

  it('says which there are where one is not set', () => {
    expect(use('context_get', { name: 'best' })).toBe('context.unknown');
    expect(errorOf('context_get', { name: 'constructor' })).toContain('There are: initial_prompt, team_id');
    expect(use('context_get', { name: 7 })).toBe('tool.input-invalid');
  });
});

describe('context_set', () => {
  it('writes a variable, and counts the version of them all', () => {
    expect([set('topic', 'bread'), set('other', null), set('topic', { of: 'rolls' })]).toEqual([
      { name: 'topic', version: 2 },
      { name: 'other', version: 3 },
      { name: 'topic', version: 4 },
    ]);
    expect(team.state.variables.topic).toEqual({ value: { of: 'rolls' }, version: 4 });
  });

  it('combines it with what is there where the workflow says so', () => {
    expect([set('total', 2), set('best', 5), set('best', 3)]).toMatchObject([{ value: 3 }, { value: 5 }, { value: 5 }]);
    set('list', 'x');
    set('list', ['y']);
    set('table', { b: 2 });
    expect(team.state.variables).toMatchObject({
      list: { value: ['x', ['y']] },
      table: { value: { a: 1, b: 2 } },
    });
  });

  it('takes variables of any name for what they are', () => {
    for (const name of ['__proto__', 'constructor', 'a.b']) {
      set(name, name);
      expect(use('context_get', { name })).toMatchObject({ value: name });
    }
  });

  it('writes only what has not changed since it was read, where it is asked to', () => {
    expect(set('topic', 'bread', { if_version: 0 })).toMatchObject({ version: 2 });
    expect(set('topic', 'rolls', { if_version: 0 })).toBe('context.changed');
    expect(set('other', 1)).toMatchObject({ version: 3 });
    expect(set('topic', 'rolls', { if_version: 3 })).toBe('context.changed');
    expect(set('topic', 'rolls', { if_version: 2 })).toMatchObject({ version: 4 });
    expect(set('unset', 1, { if_version: 4 })).toBe('context.changed');
    expect(set('topic', 'cake', { if_version: null })).toMatchObject({ version: 5 });
    expect(errorOf('context_set', { name: 'topic', value: 1, if_version: 2 })).toContain('has version 5');
  });

  it.each(['2', 1.5, -1, true, {}])('refuses to guard a write with %j instead of ignoring it', (wanted) => {
    expect(set('topic', 'bread', { if_version: wanted })).toBe('tool.input-invalid');
    expect(team.state.variables.topic).toBeUndefined();
  });

  it('says of a changed variable what it is now, but does not repeat what is long', () => {
    set('topic', LARGE.slice(9));
    expect(errorOf('context_set', { name: 'topic', value: 1, if_version: 0 }).length).toBeLessThan(500);
  });

  it('lets exactly one of two win that read the same', () => {
    const guarded = { name: 'topic', value: 'mine', if_version: 0 };
    expect([use('context_set', guarded, 's1'), use('context_set', guarded, 's2')]).toEqual([
      expect.objectContaining({ version: 2 }),
      'context.changed',
    ]);
  });

  it.each<[string, JsonObject, string]>([
    ['no name', { value: 1 }, 'tool.input-invalid'],
    ['a name that is no text', { name: 1, value: 1 }, 'tool.input-invalid'],
    ['a name of blanks', { name: ' ', value: 1 }, 'tool.input-invalid'],
    ['a name that is too long', { name: 'x'.repeat(201), value: 1 }, 'tool.input-invalid'],
    ['no value', { name: 'a' }, 'tool.input-invalid'],
    ['a start variable', { name: 'team_id', value: 1 }, 'context.read-only'],
    ['a result of an agent', { name: 'agent_x_result', value: 1 }, 'context.read-only'],
    ['what a pipeline passes on', { name: 'pipeline_input', value: 1 }, 'context.read-only'],
    ['a text to a sum', { name: 'total', value: '1' }, 'context.wrong-type'],
    ['a list to a merge', { name: 'table', value: [] }, 'context.wrong-type'],
    ['a sum beyond all numbers', { name: 'total', value: Number.MAX_VALUE }, 'context.too-large'],
    ['a large value', { name: 'a', value: LARGE }, 'context.too-large'],
    ['a large element of a list', { name: 'list', value: LARGE }, 'context.too-large'],
  ])('refuses %s', (_, input, code) => {
    if (input.name === 'total') set('total', Number.MAX_VALUE);
    const { variables, contextVersion } = team.state;
    expect(use('context_set', input)).toBe(code);
    expect(team.state).toMatchObject({ variables, contextVersion });
  });

  it('lets a merged object grow to its bound and no further', () => {
    const half = LARGE.slice(0, LARGE.length / 2);
    expect(set('table', { b: half })).toMatchObject({ name: 'table' });
    expect(set('table', { c: half })).toBe('context.too-large');
    expect(set('table', { b: `${half}x` })).toMatchObject({ name: 'table' });
  });

  it('lets a run share a thousand variables and no more, but write to those there are', () => {
    const there = Object.keys(team.state.variables).length;
    const writes = Array.from(
      { length: 1_000 - there },
      (_, n) => ['context_set', { name: `v${n}`, value: n }] as const,
    );
    for (let from = 0; from < writes.length; from += 32) team.turn('s1', ...writes.slice(from, from + 32));
    expect(set('one more', 1)).toBe('context.too-many');
    expect(set('v1', 2)).toMatchObject({ name: 'v1' });
  });
});

describe('message_send', () => {
  const send = (input: JsonObject, step = 's1') => use('message_send', input, step);

  it('leaves a message for one agent, by its name or its id, or for everybody', () => {
    expect([
      send({ to: 'bob', content: 'hello' }),
      send({ to: 'agent-s3', content: { n: 1 } }),
      send({ content: 'all' }),
    ]).toEqual([{ message_id: 'm1' }, { message_id: 'm2' }, { message_id: 'm3' }]);
    expect(Object.values(team.state.messages)).toMatchObject([
      { id: 'm1', from: 'agent-s1', to: 'agent-s2', type: 'info', content: { text: 'hello' }, step: 's1' },
      { id: 'm2', to: 'agent-s3', content: { n: 1 } },
      { id: 'm3', to: null },
    ]);
  });

  it('may say of what type it is, but requests and responses come from questions', () => {
    for (const type of ['info', 'error', 'context_update'])
      expect(send({ content: type, type })).toHaveProperty('message_id');
    for (const type of ['request', 'response', 'gossip', 1])
      expect(send({ content: 'x', type })).toBe('tool.input-invalid');
  });

  it('refuses who is not in the team, no content and too much of it', () => {
    expect(send({ to: 'Zoe', content: 'x' })).toBe('tool.input-invalid');
    expect(errorOf('message_send', { to: 7, content: 'x' })).toContain('There are: Bob, Eve');
    for (const content of [null, 1, ['x']]) expect(send({ content })).toBe('tool.input-invalid');
    expect(send({})).toBe('tool.input-invalid');
    expect(send({ content: LARGE })).toBe('message.too-large');
  });

  it('takes the very same message three times, and then says that it was received', () => {
    const same = { to: 'Bob', content: 'hello' };
    for (let time = 0; time < 3; time++) expect(send(same)).toHaveProperty('message_id');
    expect(send(same)).toBe('message.repeated');
    expect(send({ ...same, type: 'error' })).toHaveProperty('message_id');
    expect(send({ ...same, to: 'Eve' })).toHaveProperty('message_id');
    expect(send(same, 's2')).toHaveProperty('message_id');
  });

  it('lets a run hold a thousand messages and no more', () => {
    const sends = Array.from({ length: 1_000 }, (_, n) => ['message_send', { content: { n } }] as const);
    for (let from = 0; from < sends.length; from += 32) team.turn('s1', ...sends.slice(from, from + 32));
    expect(send({ content: 'one more' })).toBe('message.too-many');
  });
});

describe('agent_ask', () => {
  const ask = (input: JsonObject, step = 's1') => use('agent_ask', input, step);

  it('adds a step for the one who is asked, sends the request, and waits thirty seconds for the answer', () => {
    expect(ask({ agent: 'Bob', question: 'How long?' })).toBe('waits');
    expect(team.state.steps.c1).toMatchObject({
      is: 'waiting',
      agentId: 'agent-s2',
      added: {
        askedBy: 's1',
        depth: 1,
        question: 'How long?',
        deadline: team.now + 30_000,
        call: { turnNo: 1, place: 0 },
      },
    });
    expect(team.state.messages.m1).toMatchObject({
      ...{ from: 'agent-s1', to: 'agent-s2', type: 'request', question: 'c1', timeoutMs: 30_000 },
      content: { question: 'How long?' },
    });
    expect(team.state.steps.s1).toMatchObject({ is: 'parked', why: 'answer', until: team.now + 30_000 });
  });

  it.each([
    [0.5, 500],
    [3_600, 3_600_000],
    [null, 30_000],
  ])('waits %s seconds where it is told to', (timeout_seconds, timeoutMs) => {
    ask({ agent: 'Bob', question: 'Why?', timeout_seconds });
    expect(team.state.messages.m1?.timeoutMs).toBe(timeoutMs);
  });

  it.each<[string, JsonObject]>([
    ['nobody', { question: 'Why?' }],
    ['somebody who is not in the team', { agent: 'Zoe', question: 'Why?' }],
    ['nothing', { agent: 'Bob' }],
    ['blanks', { agent: 'Bob', question: ' ' }],
    ['what is too long', { agent: 'Bob', question: `${LARGE}x` }],
    ['without patience', { agent: 'Bob', question: 'Why?', timeout_seconds: 0 }],
    ['with too much patience', { agent: 'Bob', question: 'Why?', timeout_seconds: 3_601 }],
    ['with patience that is no number', { agent: 'Bob', question: 'Why?', timeout_seconds: 'long' }],
  ])('refuses to ask %s', (_, input) => {
    expect(ask(input)).toBe('tool.input-invalid');
    expect(team.state.steps.c1).toBeUndefined();
  });

  it('waits for people as long as they may take, where they must agree to what is asked', () => {
    const approval = { when: 'after', approvers: [], quorum: 1, onExpiry: 'reject' } as const;
    const { nodes } = planWith({ s1: {}, s2: { approval: { ...approval, expiresMs: 90_000 } } });
    team = new Team(['Ann', 'Bob'], { nodes });
    ask({ agent: 'Bob', question: 'Why?' });
    expect(team.state.messages.m1?.timeoutMs).toBe(90_000);
    const patient = planWith({ s1: {}, s2: { approval: { ...approval, expiresMs: null } } });
    team = new Team(['Ann', 'Bob'], { nodes: patient.nodes });
    ask({ agent: 'Bob', question: 'Why?' });
    expect(team.state.messages.m1?.timeoutMs).toBe(30 * 86_400_000);
  });
});
