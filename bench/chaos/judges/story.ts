import type { JournalEvent } from '#libs/workflow/index.js';
import { broken, type Flaw, lost } from '../findings.js';

/** One unbroken story with one end, that begins as it was shown (`shownAt`: the instants of its public events). */
export function judgeStory(events: readonly JournalEvent[], shownAt: readonly number[]): readonly Flaw[] {
  const shown = events.filter(({ publicSeq }) => publicSeq !== null);
  const ends = events.filter(({ body }) => body.kind === 'execution-finished').length;
  return [
    ...(events.every(({ seq }, index) => seq === index + 1) ? [] : [broken('has a gap in its numbers.')]),
    ...(shown.every(({ publicSeq }, index) => publicSeq === index + 1)
      ? []
      : [broken('has a gap in its public numbers.')]),
    ...(shownAt.every((at, index) => shown[index]?.at === at) ? [] : [broken('has taken back what it had shown.')]),
    ...(ends === 0 ? [lost('has no end in the journal.')] : []),
    ...(ends > 1 ? [broken(`has ${ends} ends in the journal.`)] : []),
  ];
}
