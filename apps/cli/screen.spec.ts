import { painter } from './paint.js';
import { progressOf } from './progress.js';
import { LiveScreen, PlainScreen } from './screen.js';

const AT = '2026-11-22T11:00:00.000Z';
const progress = progressOf([{ id: 'a', name: 'Ada' }]);
const started = { type: 'step.started', at: AT, agent_id: 'a', attempt: 1 };

describe('the live screen', () => {
  beforeEach(() => jest.useFakeTimers({ now: Date.parse(AT) }));
  afterEach(() => jest.useRealTimers());

  it('draws over its last picture, hides the cursor meanwhile, and leaves the last one standing', () => {
    const written: string[] = [];
    const screen = new LiveScreen(progress, { columns: 40, paint: painter(false) }, (text) => void written.push(text));
    screen.see(started);
    jest.advanceTimersByTime(80);
    screen.end();
    jest.advanceTimersByTime(800);
    expect(written[0]).toBe('\u001b[?25l');
    expect(written[1]).toContain('\r\u001b[2K · Ada');
    expect(written[2]?.startsWith('\u001b[1A\r\u001b[2K ')).toBe(true);
    expect(written[2]).toContain(' Ada   0.1 s');
    expect(written.at(-1)).toBe('\u001b[?25h');
    expect(written).toHaveLength(5);
  });
});

describe('the plain screen', () => {
  it('writes one line after the other', () => {
    const written: string[] = [];
    const screen = new PlainScreen(
      progress,
      (text) => void written.push(text),
      () => Date.parse(AT) + 700,
    );
    screen.see({ type: 'execution.started', at: AT });
    screen.see(started);
    screen.see({ type: 'step.delta', agent_id: 'a', attempt: 1, offset: 0, text: 'one\n' });
    screen.end();
    expect(written).toEqual(['[  0.0 s] Ada started\n', '[  0.7 s] Ada | one\n']);
  });
});
