import type { Delta } from '#libs/journal/index.js';
import type { StepId } from '#libs/workflow/index.js';

/** Beyond this many characters text is lost rather than kept: nobody has taken any for long. */
const MOST_CHARACTERS = 16 * 1024;

/*
 * Invariant: what is taken comes in the order it was added, no piece twice, and each piece is the unbroken text of one
 * attempt from its `offset` on. A gap between two pieces shows in their offsets.
 */

/** Pieces of text that wait to be sent together. */
export class JoinedDeltas {
  #waiting: Delta[] = [];
  #characters = 0;

  add(delta: Delta): void {
    if (this.#characters + delta.text.length > MOST_CHARACTERS) return;
    this.#characters += delta.text.length;
    const at = this.#waiting.findLastIndex(({ step, attempt }) => step === delta.step && attempt === delta.attempt);
    const before = this.#waiting[at];
    if (before && before.offset + before.text.length === delta.offset)
      this.#waiting[at] = { ...before, text: before.text + delta.text };
    else this.#waiting.push(delta);
  }

  takeAll(): readonly Delta[] {
    return this.#take(() => true);
  }

  /** What was said in the attempts of a step up to this one. */
  takeOf(step: StepId, attempt: number): readonly Delta[] {
    return this.#take((delta) => delta.step === step && delta.attempt <= attempt);
  }

  #take(isWanted: (delta: Delta) => boolean): readonly Delta[] {
    const taken = this.#waiting.filter(isWanted);
    this.#waiting = this.#waiting.filter((delta) => !isWanted(delta));
    for (const { text } of taken) this.#characters -= text.length;
    return taken;
  }
}
