import { Agent, request } from 'node:http';

export interface Call {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** One connection that is kept, with one call on it at a time. */
export class Caller {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  /** The answer's text. Throws for anything but a 2xx. */
  call({ url, method, headers, body }: Call): Promise<string> {
    return new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
      const asking = request(url, { method, agent: this.#agent, headers: { ...headers, ...length } }, (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => {
          text += chunk;
        });
        answer.on('end', () => {
          const { statusCode = 0 } = answer;
          if (statusCode >= 200 && statusCode < 300) resolve(text);
          else reject(new Error(`${method} ${url} was answered ${statusCode}: ${text.slice(0, 300)}`));
        });
        answer.on('error', reject);
      });
      asking.on('error', reject);
      asking.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** One call on a connection of its own. */
export async function callOnce(call: Call): Promise<string> {
  const caller = new Caller();
  try {
    return await caller.call(call);
  } finally {
    caller.close();
  }
}
