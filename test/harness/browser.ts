import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { tempFolder } from './temp-folder.js';
import { until } from './until.js';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/** One page of a real Chromium, spoken to over its own protocol. What the page complains about is kept. */
export class Page {
  /** Errors, exceptions and refused resources, as the browser words them. */
  readonly complaints: string[] = [];
  readonly #waiting = new Map<number, (message: Message) => void>();
  #count = 0;

  private constructor(private readonly socket: WebSocket) {
    socket.addEventListener('message', ({ data }) => this.#take(JSON.parse(String(data))));
  }

  static async open(socketUrl: string): Promise<Page> {
    const socket = new WebSocket(socketUrl);
    await once(socket, 'open');
    const page = new Page(socket);
    for (const area of ['Page', 'Runtime', 'Log', 'Network', 'Audits']) await page.#ask(`${area}.enable`);
    return page;
  }

  async goTo(url: string, size = { width: 1280, height: 900 }): Promise<void> {
    await this.#ask('Emulation.setDeviceMetricsOverride', { ...size, deviceScaleFactor: 1, mobile: false });
    await this.#ask('Page.navigate', { url });
    await until('the page is there', async () => (await this.evaluate<string>('document.readyState')) === 'complete');
  }

  /** Of an expression in the page; what it gives back must be plain data. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result } = await this.#ask('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true });
    return (result as { value: T }).value;
  }

  async screenshot(file: string): Promise<void> {
    const { data } = await this.#ask('Page.captureScreenshot', { format: 'png' });
    writeFileSync(file, Buffer.from(String(data), 'base64'));
  }

  close(): void {
    this.socket.close();
  }

  #ask(method: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    this.#count += 1;
    const id = this.#count;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result, error }) => (error ? reject(new Error(error.message)) : resolve(result ?? {})));
      this.socket.send(JSON.stringify({ id, method, params }));
    });
  }

  #take({ id, method, params, ...rest }: Message): void {
    if (id !== undefined) this.#waiting.get(id)?.(rest);
    const complaint = complaintIn(method, params as never);
    if (complaint) this.complaints.push(complaint);
  }
}

function complaintIn(
  method: string | undefined,
  params: {
    readonly entry?: { readonly level: string; readonly text: string; readonly url?: string };
    readonly exceptionDetails?: { readonly text: string };
    readonly issue?: { readonly code: string; readonly details: object };
    readonly type?: string;
  },
): string | null {
  if (method === 'Log.entryAdded' && params.entry?.level === 'error')
    return `${params.entry.text} ${params.entry.url ?? ''}`;
  if (method === 'Runtime.exceptionThrown') return `exception: ${JSON.stringify(params.exceptionDetails)}`;
  if (method === 'Runtime.consoleAPICalled' && params.type === 'error') return `console: ${JSON.stringify(params)}`;
  if (method === 'Audits.issueAdded' && params.issue?.code === 'ContentSecurityPolicyIssue') {
    return `policy: ${JSON.stringify(params.issue.details)}`;
  }
  return null;
}

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--remote-debugging-port=0',
];

const browsers = new Set<ChildProcess>();

/** A browser of its own with an empty profile; gone when the tests of the file are over. */
export async function openPage(chromium: string): Promise<Page> {
  const child = spawn(chromium, [...FLAGS, `--user-data-dir=${tempFolder()}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  browsers.add(child);
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += String(chunk);
  });
  await until('the browser listens', () => /DevTools listening on/.test(said), 30_000);
  const port = new URL(/DevTools listening on (\S+)/.exec(said)?.[1] ?? '').port;
  const targets = (await (await fetch(`http://127.0.0.1:${port}/json`)).json()) as {
    type: string;
    webSocketDebuggerUrl: string;
  }[];
  const target = targets.find(({ type }) => type === 'page');
  return Page.open(target?.webSocketDebuggerUrl ?? '');
}

// Before the folders go: the browser still writes its profile.
afterAll(async () => {
  for (const child of browsers) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  browsers.clear();
});
