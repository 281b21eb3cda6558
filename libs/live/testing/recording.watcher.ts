import type { Delta } from '#libs/journal/index.js';
import type { Watcher } from '../event-feed.js';
import type { PublicEvent } from '../public-event.js';

/** Remembers what it was told, and says that it is full whenever the test wants it. */
export class RecordingWatcher implements Watcher {
  readonly events: PublicEvent[] = [];
  /** Types of events and pieces of text, in the order in which they came. */
  readonly heard: string[] = [];
  readonly deltas: Delta[] = [];
  beats = 0;
  ended: 'over' | 'elsewhere' | null = null;
  hasRoom: () => boolean = () => true;

  get numbers(): readonly number[] {
    return this.events.map(({ seq }) => seq);
  }

  event(event: PublicEvent): boolean {
    this.events.push(event);
    this.heard.push(event.type);
    return this.hasRoom();
  }

  delta(delta: Delta): boolean {
    this.deltas.push(delta);
    this.heard.push(delta.text);
    return this.hasRoom();
  }

  beat(): boolean {
    this.beats++;
    return this.hasRoom();
  }

  end(isOver: boolean): void {
    this.ended = isOver ? 'over' : 'elsewhere';
  }
}
