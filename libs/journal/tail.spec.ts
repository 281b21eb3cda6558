import type { JournalEvent } from '#libs/workflow/index.js';
import { type Delta, Tail } from './tail.js';

const event: JournalEvent = { seq: 2, publicSeq: 2, at: 0, body: { kind: 'step-cancelled', step: 's1' } };
const delta: Delta = { step: 's1', agentId: 'a', attempt: 1, offset: 0, text: 'Hel' };

describe('the tail', () => {
  test('tells those who follow an execution what was committed to it, and nobody else', () => {
    const tail = new Tail();
    const heard: string[] = [];
    tail.follow('e1', {
      events: (events) => heard.push(`one ${events.length}`),
      delta: ({ text }) => heard.push(text),
    });
    tail.follow('e1', { events: (events) => heard.push(`two ${events.length}`) });
    tail.follow('e2', { events: () => heard.push('other') });
    tail.publish('e1', [event]);
    tail.delta('e1', delta);
    expect(heard).toEqual(['one 1', 'two 1', 'Hel']);
  });

  test('tells observers about every execution', () => {
    const tail = new Tail();
    const seen: string[] = [];
    tail.observe((id, events) => seen.push(`${id} ${events[0]?.seq}`));
    tail.publish('e1', [event]);
    tail.publish('e2', [event]);
    expect(seen).toEqual(['e1 2', 'e2 2']);
  });

  test('keeps nothing of a follower that left, however often it says so', () => {
    const tail = new Tail();
    const leave = tail.follow('e1', { events: () => undefined });
    const stay = tail.follow('e1', { events: () => undefined });
    leave();
    leave();
    expect(tail.isFollowed('e1')).toBe(true);
    stay();
    expect(tail.isFollowed('e1')).toBe(false);
    const again = tail.follow('e1', { events: () => undefined });
    stay();
    expect(tail.isFollowed('e1')).toBe(true);
    again();
    tail.delta('e1', delta);
    expect(tail.isFollowed('e1')).toBe(false);
  });
});
