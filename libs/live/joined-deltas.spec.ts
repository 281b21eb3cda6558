import fc from 'fast-check';
import { JoinedDeltas } from './joined-deltas.js';

const piece = (step: string, attempt: number, offset: number, text: string) => ({
  step,
  agentId: `agent of ${step}`,
  attempt,
  offset,
  text,
});

describe('deltas that wait together', () => {
  test('are one piece of text for each attempt', () => {
    const text = new JoinedDeltas();
    text.add(piece('s1', 1, 0, 'Hel'));
    text.add(piece('s2', 1, 0, 'Bon'));
    text.add(piece('s1', 1, 3, 'lo'));
    text.add(piece('s2', 1, 3, 'jour'));
    expect(text.takeAll()).toEqual([piece('s1', 1, 0, 'Hello'), piece('s2', 1, 0, 'Bonjour')]);
    expect(text.takeAll()).toEqual([]);
  });

  test('stay apart where something between them was lost', () => {
    const text = new JoinedDeltas();
    text.add(piece('s1', 1, 0, 'a'));
    text.add(piece('s1', 1, 5, 'b'));
    text.add(piece('s1', 1, 6, 'c'));
    expect(text.takeAll()).toEqual([piece('s1', 1, 0, 'a'), piece('s1', 1, 5, 'bc')]);
  });

  test('are taken by themselves for a step and its attempts so far', () => {
    const text = new JoinedDeltas();
    for (const [step, attempt] of [
      ['s1', 1],
      ['s1', 2],
      ['s2', 1],
    ] as const)
      text.add(piece(step, attempt, 0, 'x'));
    expect(text.takeOf('s1', 1)).toEqual([piece('s1', 1, 0, 'x')]);
    expect(text.takeOf('s2', Number.POSITIVE_INFINITY)).toEqual([piece('s2', 1, 0, 'x')]);
    expect(text.takeAll()).toEqual([piece('s1', 2, 0, 'x')]);
  });

  test('never hold more than their bound, and take text again once they were emptied', () => {
    const text = new JoinedDeltas();
    const long = 'x'.repeat(10_000);
    for (let n = 0; n < 10; n++) text.add(piece('s1', 1, n * 10_000, long));
    expect(text.takeAll()).toEqual([piece('s1', 1, 0, long)]);
    text.add(piece('s1', 1, 100_000, long));
    expect(text.takeAll()).toEqual([piece('s1', 1, 100_000, long)]);
  });

  test('say every character once and in order, however they are mixed and taken', () => {
    const word = fc.record({ step: fc.constantFrom('s1', 's2'), attempt: fc.constantFrom(1, 2), text: fc.string() });
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.constantFrom('all' as const, 's1' as const))), (steps) => {
        const text = new JoinedDeltas();
        const said: Record<string, string> = {};
        const told: Record<string, string> = {};
        const tell = (pieces: ReturnType<JoinedDeltas['takeAll']>): void => {
          for (const { step, attempt, offset, text } of pieces) {
            expect(offset).toBe((told[step + attempt] ?? '').length);
            told[step + attempt] = (told[step + attempt] ?? '') + text;
          }
        };
        for (const one of steps) {
          if (one === 'all') tell(text.takeAll());
          else if (one === 's1') tell(text.takeOf('s1', 1));
          else {
            const key = one.step + one.attempt;
            text.add(piece(one.step, one.attempt, (said[key] ?? '').length, one.text));
            said[key] = (said[key] ?? '') + one.text;
          }
        }
        tell(text.takeAll());
        expect(told).toEqual(said);
      }),
    );
  });
});
