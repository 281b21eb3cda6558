import { isJsonObject } from '#libs/kernel/index.js';
import type { JournalEvent, StepId } from '#libs/workflow/index.js';
import { broken, doubled, type Flaw, lost } from '../findings.js';

/** A `context_set` that a model was told has succeeded. */
export interface ToldChange {
  readonly step: string;
  readonly version: number;
}

/**
 * What was written and what its writer was told belong together, one to one, where the step was run here; each change has
 * a version of its own, above those before it; and what a model was `told` is there.
 */
export function judgeContext(events: readonly JournalEvent[], told: readonly ToldChange[]): readonly Flaw[] {
  const flaws: Flaw[] = [];
  const written = new Map<string, number>();
  const answered = new Map<string, number>();
  const run = new Set<StepId>();
  let latest = 1;
  for (const { body } of events) {
    if (body.kind === 'step-started') run.add(body.step);
    if (body.kind === 'context-changed') {
      count(written, `${body.step} ${body.version}`);
      if (body.version <= latest) flaws.push(broken(`has a change ${body.version} after ${latest}.`));
      latest = body.version;
    }
    if (body.kind === 'tool-completed' && body.name === 'context_set') {
      const version = isJsonObject(body.output) ? Number(body.output.version) : Number.NaN;
      count(answered, `${body.step} ${version}`);
    }
  }
  for (const [change, times] of written) {
    const answers = answered.get(change) ?? 0;
    if (times > 1) flaws.push(doubled(`has the change ${change} ${times} times.`));
    if (answers !== 1 && run.has(change.split(' ')[0] ?? ''))
      flaws.push(broken(`has the change ${change}, told ${answers} times.`));
  }
  const promised = [...answered.keys(), ...told.map(({ step, version }) => `${step} ${version}`)];
  for (const change of new Set(promised)) {
    if (!written.has(change)) flaws.push(lost(`has told of the change ${change}, and has it not.`));
  }
  return flaws;
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
