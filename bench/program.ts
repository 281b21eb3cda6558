import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..');
const TYPESCRIPT = join(ROOT, 'test', 'typescript.cjs');

/** Everything that was started and has not ended: nothing outlives the bench. */
const alive = new Set<Program>();

/** Exit code, or the signal that ended it. */
export type Ending = readonly [code: number | null, signal: NodeJS.Signals | null];

/** A Node process of its own, with a line to it for questions. */
export class Program {
  readonly startedAt = performance.now();
  readonly ended: Promise<Ending>;
  #out = '';
  #firstLineAt: number | null = null;
  readonly #child: ChildProcess;

  private constructor(args: readonly string[], env: Readonly<Record<string, string>>) {
    this.#child = spawn(process.execPath, args, {
      cwd: ROOT,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.#firstLineAt ??= performance.now();
      if (this.#out.length < 100_000) this.#out += String(chunk);
    });
    this.ended = once(this.#child, 'close')
      .then(([code, signal]): Ending => [code, signal])
      .finally(() => alive.delete(this));
    alive.add(this);
  }

  /** What was built, as `npm run serve` runs it. */
  static served(env: Readonly<Record<string, string>>, nodeOptions: readonly string[] = []): Program {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const [, , ...args] = String(scripts.serve).split(' ');
    return new Program([...nodeOptions, ...args], env);
  }

  /** A part of the bench. */
  static ofBench(file: string, env: Readonly<Record<string, string>> = {}): Program {
    return new Program([TYPESCRIPT, join(__dirname, file)], env);
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** From the start to the first byte on standard output. */
  get firstLineMs(): number {
    return (this.#firstLineAt ?? Number.NaN) - this.startedAt;
  }

  get residentBytes(): number {
    return residentBytes(this.pid);
  }

  /** What it has kept a processor busy since its start: hardly disturbed by what else the machine does. */
  get processorMs(): number {
    return processorMs(this.pid);
  }

  /** What `pattern` finds on standard output, as soon as it does. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.#out);
      if (found) return found;
      if (this.hasEnded) throw new Error(`A program ended before it was ready:\n${this.#out}`);
      await Promise.race([once(this.#child.stdout ?? this.#child, 'data'), this.ended]);
    }
  }

  /** One question, one answer; never two at a time. */
  async ask<T>(question: string | object): Promise<T> {
    const answer = once(this.#child, 'message');
    this.#child.send(question);
    const [value] = await Promise.race([
      answer,
      this.ended.then(() => {
        throw new Error('A program ended instead of answering.');
      }),
    ]);
    if (isFailure(value)) throw new Error(value.failure);
    return value as T;
  }

  stop(): Promise<Ending> {
    this.#child.kill('SIGTERM');
    return this.ended;
  }

  kill9(): Promise<Ending> {
    this.#child.kill('SIGKILL');
    return this.ended;
  }

  static async killAll(): Promise<void> {
    await Promise.all([...alive].map((program) => program.kill9()));
  }
}

/** A program of the bench answers the questions of the one that started it, and ends with it. */
export function answerQuestions<Q>(answer: (question: Q) => Promise<unknown>): void {
  process.on('message', (question) => {
    // Only the bench itself asks.
    answer(question as Q).then(
      (value) => process.send?.(value),
      (error: unknown) => process.send?.({ failure: String(error) }),
    );
  });
  process.on('disconnect', () => process.exit(0));
}

function isFailure(value: unknown): value is { readonly failure: string } {
  return typeof value === 'object' && value !== null && 'failure' in value;
}

/** In steps of 10 ms, and only where there is `/proc`. */
function processorMs(pid: number): number {
  try {
    const [, afterName = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
    const [user, system] = afterName.split(' ').slice(11, 13).map(Number);
    return ((user ?? Number.NaN) + (system ?? Number.NaN)) * 10;
  } catch {
    return Number.NaN;
  }
}

function residentBytes(pid: number): number {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes) * 1024;
  } catch {
    return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024;
  }
}
