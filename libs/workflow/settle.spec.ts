import { settle } from './settle.js';
import { planWith, report, usageOf } from './testing/journals.js';

const [NODE] = planWith({ s1: {} }).nodes;
const NOW = 1_000_000;
const performance = { step: 's1', attempt: 1, epoch: 1 };

describe('what a report makes of its step', () => {
  it('is success, with the output and what it cost', () => {
    const usage = usageOf(5);
    expect(settle(report('s1', 'well done', { usage }), NODE, NOW, 1)).toEqual({
      kind: 'step-succeeded',
      ...performance,
      output: { result: 'well done', execution_time: 1 },
      usage,
    });
  });

  it('is another attempt after a pause, with the failure and what it cost', () => {
    const usage = usageOf(5);
    expect(settle(report('s1', '!server_error', { usage }), NODE, NOW, 1)).toEqual({
      kind: 'step-retrying',
      ...performance,
      error: { code: 'server_error', message: '!server_error' },
      retryAt: NOW + 1_000,
      usage,
    });
  });

  it('honours the pause that the other side asked for', () => {
    const asked = report('s1', '!server_error');
    const outcome = { ...asked.outcome, retryAfterMs: 30_000 };
    expect(settle({ ...asked, outcome }, NODE, NOW, 1)).toMatchObject({ retryAt: NOW + 30_000 });
  });

  it('is failure when the policy does not name the error', () => {
    expect(settle(report('s1', '!invalid'), NODE, NOW, 1)).toEqual({
      kind: 'step-failed',
      ...performance,
      error: { code: 'invalid', message: '!invalid' },
      usage: null,
    });
  });

  it('is failure when every attempt is used', () => {
    const third = { ...performance, attempt: 3, epoch: 2 };
    expect(settle(report('s1', '!server_error', third), NODE, NOW, 1)).toMatchObject({ kind: 'step-failed', ...third });
  });

  it('is failure of a question at once: the asker decides what that means', () => {
    expect(settle(report('c1', '!server_error'), undefined, NOW, 1).kind).toBe('step-failed');
  });
});
