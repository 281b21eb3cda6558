import { createParser, type EventSourceMessage } from 'eventsource-parser';

/** What `EventSource` does, with headers: one connection, parsed as it comes. */
export class EventSourceClient {
  readonly messages: EventSourceMessage[] = [];
  readonly retries: number[] = [];
  readonly comments: string[] = [];
  /** Resolves to whether the answer was whole when it ended. */
  readonly ended: Promise<boolean>;
  readonly #cut = new AbortController();
  #noticed = Promise.withResolvers<void>();

  private constructor(
    readonly response: Response,
    cut: AbortController,
  ) {
    this.#cut = cut;
    this.ended = this.#read();
  }

  static async open(url: string, headers: Record<string, string> = {}): Promise<EventSourceClient> {
    const cut = new AbortController();
    return new EventSourceClient(await fetch(url, { headers, signal: cut.signal }), cut);
  }

  get ids(): readonly number[] {
    return this.messages.filter(({ id }) => id !== undefined).map(({ id }) => Number(id));
  }

  get data(): readonly Record<string, unknown>[] {
    return this.messages.map(({ data }) => JSON.parse(data) as Record<string, unknown>);
  }

  /** Waits until what came fulfils the condition; fails when the stream ends before. */
  async until(isReached: () => boolean): Promise<void> {
    while (!isReached()) {
      const isOver = await Promise.race([this.#noticed.promise.then(() => false), this.ended.then(() => true)]);
      if (isOver && !isReached()) throw new Error(`The stream ended behind ${JSON.stringify(this.messages.at(-1))}`);
    }
  }

  close(): void {
    this.#cut.abort();
  }

  async #read(): Promise<boolean> {
    const parser = createParser({
      onEvent: (message) => this.messages.push(message),
      onRetry: (retry) => this.retries.push(retry),
      onComment: (comment) => this.comments.push(comment),
    });
    try {
      for await (const text of this.response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        parser.feed(text);
        this.#noticed.resolve();
        this.#noticed = Promise.withResolvers();
      }
      return true;
    } catch {
      return false;
    }
  }
}
