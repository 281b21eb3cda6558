import type { Condition, Loop } from '#libs/workflow/index.js';
import { contradictionIn } from './contradiction.js';
import { type Diagnostic, type Exhibit, type Judge, LOOP_PATH } from './diagnostic.js';
import { absenceOf, type FieldSource, keyOf, nodeOfSource, sourceOf } from './field-source.js';

/** Loops that never go back, that always do, or that nothing within them can end. */
export const judgeLoops: Judge = (exhibit) =>
  exhibit.plan.loops.flatMap(
    (loop) => never(exhibit, loop) ?? unchanging(exhibit, loop) ?? always(exhibit, loop) ?? [],
  );

interface Read {
  readonly condition: Condition;
  readonly source: FieldSource;
  readonly key: string;
}

function readsOf({ plan }: Exhibit, { when, from }: Loop): readonly Read[] {
  return when.map((condition) => {
    const source = sourceOf(condition.field, from, plan);
    return { condition, source, key: keyOf(source, from) };
  });
}

function never(exhibit: Exhibit, loop: Loop): Diagnostic | null {
  const reads = readsOf(exhibit, loop);
  const absent = reads.findIndex(
    ({ condition: { field, operator }, source }) =>
      source.rest !== field && operator !== 'not_exists' && absenceOf(source, field) !== null,
  );
  const clash = contradictionIn(reads);
  if (absent === -1 && !clash) return null;
  const index = clash ? reads.indexOf(clash[0]) : absent;
  const why = clash
    ? `two of its conditions on ${clash[0].condition.field} exclude each other`
    : 'it asks for what no agent gives';
  const message = `The work never goes back from ${exhibit.nameOf(loop.from)} to ${exhibit.nameOf(loop.to)}, because ${why}. Change the condition, or take the feedback out.`;
  return { severity: 'warning', code: 'workflow.loop-never', path: `${LOOP_PATH}.when[${index}]`, message };
}

/** Another round changes only what its own agents give. */
function unchanging(exhibit: Exhibit, loop: Loop): Diagnostic | null {
  const isFixed = ({ source }: Read): boolean => {
    const node = nodeOfSource(source);
    if (node !== null) return !loop.body.includes(node);
    return typeof source.of === 'object' && 'start' in source.of;
  };
  if (!readsOf(exhibit, loop).every(isFixed)) return null;
  const message = `No round can change what the feedback asks about, so the work goes back ${times(loop)} or not at all. Ask about the answer of an agent between ${exhibit.nameOf(loop.to)} and ${exhibit.nameOf(loop.from)}.`;
  return { severity: 'warning', code: 'workflow.loop-unchanging', path: `${LOOP_PATH}.when`, message };
}

/** Every agent that succeeds gives a result. */
function always(exhibit: Exhibit, loop: Loop): Diagnostic | null {
  const isSure = ({ condition, source: { rest } }: Read): boolean =>
    condition.operator === 'exists' && (rest === '' || rest === 'result' || rest === 'execution_time');
  if (!readsOf(exhibit, loop).every(isSure)) return null;
  const message = `The work goes back ${times(loop)} whatever ${exhibit.nameOf(loop.from)} answers, because every answer has a result. Ask for what tells a good answer from a bad one, such as data.verdict.`;
  return { severity: 'warning', code: 'workflow.loop-always', path: `${LOOP_PATH}.when`, message };
}

function times({ maxRounds }: Loop): string {
  return maxRounds === 1 ? 'once' : `${maxRounds} times`;
}
