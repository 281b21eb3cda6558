import type { SentMessage, State, Step } from '#libs/workflow/index.js';
import { Team } from '#libs/workflow/testing/team.js';
import { messagesFor, recordedTurns, toolsFor } from './conversation.js';

let team: Team;
beforeEach(() => {
  team = new Team(['Ann', 'Bob', 'Eve'], { width: 2 });
});

const write = (step: string, input: { to?: string; content: string }) => team.use(step, 'message_send', input);
const step = (id: string): Step => team.state.steps[id] as Step;
const readBy = (id: string, state: State = team.state) =>
  messagesFor(team.started, state, step(id)).map(({ content }) => content.text);

describe('the messages an agent receives', () => {
  it('are those to it and to everybody, written before its step began, oldest first', () => {
    write('s1', { to: 'Eve', content: 'for Eve' });
    write('s1', { to: 'Bob', content: 'for Bob' });
    write('s2', { content: 'for all' });
    team.answer('s1', 'done');
    write('s2', { to: 'Eve', content: 'too late' });
    expect(step('s3').is).toBe('running');
    expect(readBy('s3')).toEqual(['for Eve', 'for all']);
    expect(messagesFor(team.started, team.state, step('s3'))[0]).toEqual({
      ...{
        message_id: 'm1',
        from_agent: 'agent-s1',
        from_name: 'Ann',
        message_type: 'info',
        content: { text: 'for Eve' },
      },
    });
  });

  it('are the same however often the step is performed', () => {
    write('s1', { content: 'early' });
    team.answer('s1', 'done');
    const first = readBy('s3');
    write('s2', { content: 'later' });
    team.append({ kind: 'execution-taken', epoch: 2 });
    team.settle();
    expect(step('s3')).toMatchObject({ is: 'running', epoch: 2 });
    expect([first, readBy('s3')]).toEqual([['early'], ['early']]);
  });

  it('are not what it told everybody itself', () => {
    team = new Team(['Ann', 'Bob']);
    write('s1', { content: 'hear me' });
    team.turn('s2', ['agent_ask', { agent: 'Ann', question: 'What?' }]);
    team.settle();
    expect(step('c1').agentId).toBe('agent-s1');
    expect(readBy('c1')).toEqual([]);
  });

  it('are no questions and no answers: those come to the steps and calls that they are for', () => {
    team.turn('s1', ['agent_ask', { agent: 'Eve', question: 'Why?' }]);
    team.settle();
    team.answer('c1', 'because');
    team.answer('s2', 'done');
    expect(step('s3').is).toBe('running');
    expect(Object.values(team.state.messages).map(({ type }: SentMessage) => type)).toEqual(['request', 'response']);
    expect([readBy('s1'), readBy('s3')]).toEqual([[], []]);
  });
});

it('the turns on record come with the results of their calls, in order', () => {
  team.turn('s1', ['context_set', { name: 'a', value: 1 }], ['context_get', { name: 'b' }]);
  team.turn('s1');
  const [first, second] = recordedTurns(step('s1'));
  expect(first?.results).toEqual([
    { ok: true, output: { name: 'a', version: 2 } },
    { ok: false, error: expect.objectContaining({ code: 'context.unknown' }) },
  ]);
  expect(second).toEqual({ turn: { text: '', calls: [] }, results: [] });
  expect(recordedTurns(step('s2'))).toEqual([]);
});

it('an agent is offered all tools of its team, or those that it was left', () => {
  const snapshot = { id: 'agent-s1', name: 'Ann', runner: 'sim', model: null, systemPrompt: '' } as const;
  const names = (tools?: readonly string[]) =>
    toolsFor(team.started, { ...snapshot, ...(tools && { tools }) }).map(({ name }) => name);
  expect(names()).toEqual(['context_get', 'context_set', 'message_send', 'agent_ask']);
  expect(names(['agent_ask', 'calculator'])).toEqual(['agent_ask']);
  expect(names([])).toEqual([]);
});
