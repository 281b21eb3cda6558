import fc from 'fast-check';

/** What may happen next; `which` chooses among what is possible at that moment. */
export interface Happening {
  readonly what:
    | 'pass'
    | 'end'
    | 'echo'
    | 'turn'
    | 'decide'
    | 'pause'
    | 'crash'
    | 'take-over'
    | 'catch-up'
    | 'time'
    | 'cancel';
  readonly which: number;
}

export const anyHappening: fc.Arbitrary<Happening> = fc.record({
  what: fc.oneof(
    { weight: 40, arbitrary: fc.constantFrom('pass' as const, 'end' as const) },
    { weight: 30, arbitrary: fc.constant('turn' as const) },
    { weight: 15, arbitrary: fc.constantFrom('decide' as const, 'pause' as const, 'pause' as const, 'pause' as const) },
    { weight: 10, arbitrary: fc.constantFrom('echo' as const, 'time' as const, 'catch-up' as const) },
    { weight: 8, arbitrary: fc.constantFrom('crash' as const, 'take-over' as const) },
    { weight: 1, arbitrary: fc.constant('cancel' as const) },
  ),
  which: fc.nat(35),
});

/** One process after the other pauses or dies before it brings anything to its end. */
const anyMishap: fc.Arbitrary<readonly Happening[]> = fc
  .constantFrom('crash' as const, 'pause' as const)
  .map((what) => [
    { what, which: 0 },
    { what: 'time', which: 1 },
    { what: 'pass', which: 0 },
  ]);

export function anyHappenings(): fc.Arbitrary<readonly Happening[]> {
  return fc.oneof(
    { weight: 19, arbitrary: fc.array(anyHappening, { maxLength: 60, size: 'max' }) },
    { weight: 1, arbitrary: fc.array(anyMishap, { maxLength: 20, size: 'max' }).map((mishaps) => mishaps.flat()) },
  );
}

/** What an attempt will answer, whoever performs it and whenever. */
export type Script = (step: string, attempt: number) => 'ok' | 'server_error' | 'invalid';

export const anyScript: fc.Arbitrary<Script> = fc
  .array(anyAnswer(), { minLength: 20, maxLength: 20 })
  .map((answers) => (step, attempt) => {
    let place = attempt * 7;
    for (let index = 0; index < step.length; index++) place += step.charCodeAt(index);
    return answers[place % answers.length] ?? 'ok';
  });

function anyAnswer(): fc.Arbitrary<ReturnType<Script>> {
  return fc.oneof(
    { weight: 16, arbitrary: fc.constant('ok') },
    { weight: 4, arbitrary: fc.constant('server_error') },
    { weight: 1, arbitrary: fc.constant('invalid') },
  );
}
