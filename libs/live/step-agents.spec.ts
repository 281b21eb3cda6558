import type { EventBody, JournalEvent } from '#libs/workflow/index.js';
import { StepAgents } from './step-agents.js';
import { birth, ofKind } from './testing/run.builder.js';

const event = (body: EventBody): JournalEvent => ({ seq: 1, publicSeq: 1, at: 0, body });

describe('the agents of steps', () => {
  test('every round of a node is performed by the agent of the plan, an added step by its own', () => {
    const agents = new StepAgents();
    agents.learn([event(birth('e1')), event(ofKind['step-added'])]);
    expect(['s1', 's2', 's2~2', 's2~13', 'c1', 's3'].map(agents.of)).toEqual([
      'reader',
      'writer',
      'writer',
      'writer',
      'expert',
      undefined,
    ]);
  });

  test('an event is missed only where it speaks of a step that nobody told of', () => {
    const agents = new StepAgents();
    expect(agents.misses(event(ofKind['step-started']))).toBe(true);
    expect(agents.misses(event(ofKind['execution-finished']))).toBe(false);
    agents.learn([event(birth('e1'))]);
    expect(agents.misses(event(ofKind['step-started']))).toBe(false);
  });
});
