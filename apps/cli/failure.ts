import { AppError, type FieldErrors } from '#libs/kernel/index.js';
import { scrub } from '#libs/platform/log/index.js';
import { type ExitCode, UsageProblem } from './command.js';

/** Said to the person at the terminal, without a stack: what went wrong is not a bug of ours. */
export class Failed extends Error {
  override readonly name = 'Failed';
}

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof UsageProblem) return 2;
  return isOfConfiguration(error) ? 78 : 1;
}

/** A sentence where the person can do something about it; the stack where only we can. */
export function told(error: unknown): string {
  if (!(error instanceof Error)) return scrub(String(error));
  if (error instanceof AppError && error.errors) return fieldsOf(error.errors);
  const isForThem =
    error instanceof UsageProblem || error instanceof Failed || error instanceof AppError || isOfConfiguration(error);
  return scrub(isForThem || 'exitCode' in error || 'syscall' in error ? error.message : (error.stack ?? error.message));
}

/** Errors that only the operator can mend carry their code. */
function isOfConfiguration(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.name === 'ConfigurationProblems' || Reflect.get(error, 'exitCode') === 78;
}

function fieldsOf(errors: FieldErrors): string {
  return Object.entries(errors)
    .flatMap(([field, texts]) => texts.map((text) => `${field} ${text}`))
    .join('; ');
}
