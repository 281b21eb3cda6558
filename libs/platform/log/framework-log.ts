import type { LoggerService } from '@nestjs/common';
import type { Log, LogLevel } from './log.js';

/** Who speaks only while the framework starts: interesting when something is wrong with the wiring, noise otherwise. */
const STARTING = new Set(['InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestFactory', 'NestApplication']);

/** Lets the framework's own lines, and those of its `Logger`, go the way of all others: `app.useLogger(new FrameworkLog(log))`. */
export class FrameworkLog implements LoggerService {
  constructor(private readonly to: Log) {}

  log(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    this.#write(typeof context === 'string' && STARTING.has(context) ? 'debug' : 'info', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.#write('fatal', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.#write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.#write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.#write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.#write('trace', message, rest);
  }

  /** The framework appends the context, errors a stack before it; whatever else came is kept as details. */
  #write(level: LogLevel, message: unknown, rest: readonly unknown[]): void {
    const last = rest.at(-1);
    const context = typeof last === 'string' && !isStack(last) ? last : undefined;
    const others = (context === undefined ? rest : rest.slice(0, -1)).filter((part) => part !== undefined);
    const details = others.filter((part) => !isStack(part));
    this.to[level](sentenceOf(message), {
      context,
      stack: others.find(isStack),
      ...(message instanceof Error ? { err: message } : isDetails(message) ? { details: [message, ...details] } : {}),
      ...(details.length > 0 && !isDetails(message) ? { details } : {}),
    });
  }
}

function sentenceOf(message: unknown): string {
  if (message instanceof Error) return message.message;
  return isDetails(message) ? 'The framework says' : String(message);
}

function isDetails(message: unknown): boolean {
  return typeof message === 'object' && message !== null && !(message instanceof Error);
}

function isStack(part: unknown): boolean {
  return typeof part === 'string' && /\n\s+at /.test(part);
}
