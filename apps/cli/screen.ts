import type { RunEvent } from './api.client.js';
import { frameOf, type Look } from './draw-progress.js';
import { after, type Progress } from './progress.js';
import { newsBetween } from './tell-progress.js';

/** Where a run is shown while it happens. */
export interface Screen {
  readonly progress: Progress;
  see(event: RunEvent): void;
  /** Leaves the last picture standing. */
  end(): void;
}

type Write = (text: string) => void;

const FRAME_MS = 80;
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';

/** Lines that are drawn over in place, with a spinner. */
export class LiveScreen implements Screen {
  #frame: readonly string[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(
    public progress: Progress,
    private readonly look: Look,
    private readonly write: Write,
    private readonly now: () => number = Date.now,
  ) {
    write(HIDE_CURSOR);
    this.#timer = setInterval(() => this.#draw(), FRAME_MS);
    this.#draw();
  }

  see(event: RunEvent): void {
    this.progress = after(this.progress, event);
  }

  end(): void {
    clearInterval(this.#timer);
    this.#draw();
    this.write(SHOW_CURSOR);
  }

  #draw(): void {
    const up = this.#frame.length > 0 ? `\u001b[${this.#frame.length}A` : '';
    this.#frame = frameOf(this.progress, this.now(), this.look);
    this.write(`${up}${this.#frame.map((line) => `\r\u001b[2K${line}\n`).join('')}`);
  }
}

/** One line after the other, for logs and pipes. */
export class PlainScreen implements Screen {
  constructor(
    public progress: Progress,
    private readonly write: Write,
    private readonly now: () => number = Date.now,
  ) {}

  see(event: RunEvent): void {
    const before = this.progress;
    this.progress = after(before, event);
    const at = event.at === undefined ? this.now() : Date.parse(event.at);
    for (const line of newsBetween(before, this.progress, at)) this.write(`${line}\n`);
  }

  end(): void {
    // What was written stands.
  }
}
