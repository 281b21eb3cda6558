import type { Delta, Journal, Tail } from '#libs/journal/index.js';
import type { Clock } from '#libs/kernel/index.js';
import type { EventBody, JournalEvent } from '#libs/workflow/index.js';
import { JoinedDeltas } from './joined-deltas.js';
import { type PublicEvent, publicEventOf } from './public-event.js';
import { StepAgents } from './step-agents.js';

/** Who a feed tells. Where false comes back the watcher is full: no more events and no text until `resume()`. */
export interface Watcher {
  event(event: PublicEvent): boolean;
  delta(delta: Delta): boolean;
  /** Every `BEAT_MS`: somebody is still here. */
  beat(): boolean;
  /** Nothing more comes: the execution is over, or it goes on and is to be watched elsewhere. */
  end(isOver: boolean): void;
}

export interface Sources {
  readonly journal: Journal;
  readonly tail: Tail;
  readonly clock: Clock;
  /** Told once when the journal cannot be read; the feed tries again by itself. */
  readonly report: (executionId: string, cause: unknown) => void;
}

export const BEAT_MS = 15_000;
export const JOIN_MS = 50;
const LARGEST_PAGE = 64;

/**
 * The public events of one execution after a given number: each once, in order, without gaps, until the last one.
 * The journal is the truth and the tail a hint: a hint that continues what was sent is sent on as it is, anything else
 * makes the feed read. It keeps nothing for a full watcher: what was not taken is read again, in smaller pages.
 * Text is passed on while the watcher keeps up, and lost otherwise.
 */
export class EventFeed {
  readonly #agents = new StepAgents();
  readonly #text = new JoinedDeltas();
  /** The number of the last event sent. */
  #sent: number;
  #pageSize = LARGEST_PAGE;
  /** The journal may hold more than was sent. */
  #isBehind = true;
  #isReading = false;
  #isFull = false;
  /** Hints may have been lost: look whether the execution is over, too. */
  #isDoubtful = false;
  #isOver = false;
  #isDraining = false;
  #isClosed = false;
  #isTroubled = false;
  #unfollow: (() => void) | null = null;
  #forgetBeat: (() => void) | null = null;
  #forgetJoin: (() => void) | null = null;

  constructor(
    private readonly executionId: string,
    after: number,
    private readonly sources: Sources,
    private readonly watcher: Watcher,
  ) {
    this.#sent = after;
  }

  /** Follows before it reads, so that nothing falls in between. `first` are events known already, for their plan. */
  start(first: readonly JournalEvent[], isOver: boolean): void {
    this.#agents.learn(first);
    this.#isOver = isOver;
    this.#unfollow = this.sources.tail.follow(this.executionId, {
      events: (events) => this.#hear(events),
      delta: (delta) => this.#hearText(delta),
    });
    this.#awaitBeat();
    this.#goOn();
  }

  /** The watcher has room again. */
  resume(): void {
    this.#isFull = false;
    this.#goOn();
  }

  /** Ends as soon as everything that is on record was sent. */
  drain(): void {
    this.#isDraining = true;
    this.#goOn();
  }

  /** Lets go of everything; the watcher hears no more. Twice is harmless. */
  close(): void {
    this.#isClosed = true;
    this.#unfollow?.();
    this.#forgetBeat?.();
    this.#forgetJoin?.();
  }

  #hear(events: readonly JournalEvent[]): void {
    this.#agents.learn(events);
    for (const event of events) {
      if (event.body.kind === 'execution-finished') this.#isOver = true;
      if (event.publicSeq === null || event.publicSeq <= this.#sent) continue;
      if (this.#isNext(event)) this.#send(event);
      else this.#isBehind = true;
    }
    this.#goOn();
  }

  #isNext(event: JournalEvent): boolean {
    const isFree = !this.#isReading && !this.#isFull;
    return isFree && event.publicSeq === this.#sent + 1 && !this.#agents.misses(event);
  }

  #goOn(): void {
    if (this.#isClosed || this.#isReading) return;
    if (!this.#isBehind) this.#endIfDone();
    else if (!this.#isFull) this.#read();
  }

  #read(): void {
    this.#isReading = true;
    this.#catchUp().then(
      () => this.#hasRead(),
      (cause: unknown) => this.#couldNotRead(cause),
    );
  }

  #hasRead(): void {
    this.#isReading = false;
    this.#isTroubled = false;
    this.#goOn();
  }

  /** The next hint or beat reads again: at once would be a storm on a database that is down. */
  #couldNotRead(cause: unknown): void {
    this.#isReading = false;
    this.#isBehind = true;
    if (!this.#isTroubled && !this.#isClosed) this.sources.report(this.executionId, cause);
    this.#isTroubled = true;
  }

  async #catchUp(): Promise<void> {
    while (this.#isBehind && !this.#isFull && !this.#isClosed) {
      // Taken back before the reading begins: whatever is heard meanwhile sets it again.
      this.#isBehind = false;
      if (this.#isDoubtful) await this.#askWhetherOver();
      const page = await this.sources.journal.publicEvents(this.executionId, this.#sent, this.#pageSize);
      this.#agents.learn(page);
      if (page.some((event) => this.#agents.misses(event)))
        this.#agents.learn(await this.sources.journal.events(this.executionId));
      this.#sendPage(page);
    }
  }

  /** Reads no more at a time than the watcher took at once, so that a slow one costs neither memory nor reading twice. */
  #sendPage(page: readonly JournalEvent[]): void {
    let taken = 0;
    for (const event of page) {
      if (this.#isFull || this.#isClosed) break;
      this.#send(event);
      taken++;
    }
    if (taken < page.length || page.length === this.#pageSize) this.#isBehind = true;
    this.#pageSize = this.#isFull ? Math.max(1, taken) : Math.min(LARGEST_PAGE, this.#pageSize * 2);
  }

  async #askWhetherOver(): Promise<void> {
    const row = await this.sources.journal.find(this.executionId);
    this.#isDoubtful = false;
    if (!row || row.finishedAt !== null) this.#isOver = true;
  }

  #send(event: JournalEvent): void {
    const ended = endOfText(event.body);
    if (ended) this.#say(this.#text.takeOf(ended.step, ended.attempt));
    this.#sent = event.publicSeq ?? this.#sent;
    if (event.body.kind === 'execution-finished') this.#isOver = true;
    const seen = publicEventOf(event, this.executionId, this.#agents.of);
    if (seen && !this.watcher.event(seen)) this.#isFull = true;
  }

  #endIfDone(): void {
    if (!this.#isOver && !this.#isDraining) return;
    this.close();
    this.watcher.end(this.#isOver);
  }

  #hearText(delta: Delta): void {
    this.#text.add(delta);
    this.#forgetJoin ??= this.sources.clock.after(JOIN_MS, () => this.#sayText());
  }

  #sayText(): void {
    this.#forgetJoin = null;
    // Text of an attempt must not overtake the event that the attempt began with.
    const mustWait = (this.#isBehind || this.#isReading) && !this.#isFull;
    if (mustWait) this.#forgetJoin = this.sources.clock.after(JOIN_MS, () => this.#sayText());
    else this.#say(this.#text.takeAll());
  }

  #say(deltas: readonly Delta[]): void {
    for (const delta of deltas) if (!this.#isFull) this.#isFull = !this.watcher.delta(delta);
  }

  #awaitBeat(): void {
    this.#forgetBeat = this.sources.clock.after(BEAT_MS, () => {
      this.#awaitBeat();
      if (!this.#isFull) this.#isFull = !this.watcher.beat();
      this.#isDoubtful = true;
      this.#isBehind = true;
      this.#goOn();
    });
  }
}

/** The attempt of which nothing more will be said after this event; every attempt, where it names none. */
function endOfText(body: EventBody): { readonly step: string; readonly attempt: number } | null {
  if (!('step' in body) || body.kind === 'step-started') return null;
  return { step: body.step, attempt: 'attempt' in body ? body.attempt : Number.POSITIVE_INFINITY };
}
