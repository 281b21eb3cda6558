import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from 'pino';
import { redactedFields, redactedText } from './redact.js';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** What belongs to a line beside its sentence. An error goes into `err`. */
export type LogFields = Readonly<Record<string, unknown>>;

export interface LogOptions {
  readonly level: LogLevel | 'silent';
  readonly format: 'pretty' | 'json';
  /** The id of the request that is being served, if one is. */
  readonly requestId?: () => string | undefined;
  /** Default: standard output, written at once, so that nothing is lost when the process dies. */
  readonly to?: DestinationStream;
}

/**
 * One line per fact: `log.warn('The queue is full', { waiting: 12 })`. Secrets do not get through: sensitive names are
 * hidden at any depth and every text is searched for known token formats. A line below the level costs nothing.
 */
export class Log {
  readonly #pino: Logger;
  readonly #bound: LogFields;
  readonly #requestId: () => string | undefined;

  private constructor(root: Logger, bound: LogFields, requestId: () => string | undefined) {
    this.#pino = root;
    this.#bound = bound;
    this.#requestId = requestId;
  }

  static async open({ level, format, requestId = () => undefined, to }: LogOptions): Promise<Log> {
    const out = to ?? destination({ dest: 1, sync: true });
    const root = pino(
      {
        level,
        base: null,
        timestamp: stdTimeFunctions.isoTime,
        // Ours are plain already; pino's own would call each an `Object`.
        serializers: { err: (err: unknown) => err },
        formatters: { level: (label) => ({ level: label }) },
      },
      format === 'pretty' ? await pretty(out) : out,
    );
    return new Log(root, {}, requestId);
  }

  /** Says nothing; for tests and tools. */
  static silent(): Log {
    return new Log(pino({ level: 'silent' }, { write: () => undefined }), {}, () => undefined);
  }

  /** A log whose lines all have these fields too. */
  child(fields: LogFields): Log {
    return new Log(this.#pino, { ...this.#bound, ...redactedFields(fields) }, this.#requestId);
  }

  get level(): string {
    return this.#pino.level;
  }

  /** Takes effect at once, also for every child. */
  set level(level: LogLevel | 'silent') {
    this.#pino.level = level;
  }

  trace(message: string, fields?: LogFields): void {
    this.#write('trace', message, fields);
  }

  debug(message: string, fields?: LogFields): void {
    this.#write('debug', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#write('info', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#write('warn', message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#write('error', message, fields);
  }

  fatal(message: string, fields?: LogFields): void {
    this.#write('fatal', message, fields);
  }

  #write(level: LogLevel, message: string, fields: LogFields = {}): void {
    if (!this.#pino.isLevelEnabled(level)) return;
    const requestId = this.#requestId();
    const about = requestId === undefined ? this.#bound : { request_id: redactedText(requestId), ...this.#bound };
    this.#pino[level]({ ...about, ...redactedFields(fields) }, redactedText(message));
  }
}

/** In this thread and at once: a worker thread would slow the start and could lose the last lines. */
async function pretty(out: DestinationStream): Promise<DestinationStream> {
  const { default: load } = await import('pino-pretty');
  const format = load.prettyFactory({
    colorize: process.stdout.isTTY && !process.env.NO_COLOR,
    translateTime: 'SYS:HH:MM:ss.l',
    singleLine: true,
  });
  return { write: (line) => out.write(format(line)) };
}
