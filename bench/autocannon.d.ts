/** As much of autocannon, which brings no types, as the bench uses. */
declare module 'autocannon' {
  export interface Running extends PromiseLike<Result> {
    on(event: 'response', hear: (client: unknown, status: number, bytes: number, tookMs: number) => void): void;
  }

  export interface Result {
    readonly non2xx: number;
    readonly errors: number;
    readonly requests: { readonly total: number };
    /** Seconds. */
    readonly duration: number;
  }

  export default function autocannon(options: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly connections: number;
    /** Seconds. */
    readonly duration: number;
    /** Milliseconds: how soon after its time a run notices its end. */
    readonly sampleInt: number;
  }): Running;
}
