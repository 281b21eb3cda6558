import { DatabaseUnavailable, OutcomeUnknown } from './database.errors.js';

/** SQLSTATE classes and codes that say nothing about the statement: the server, the network or another process is the reason. */
const OUR_FAULT = /^(?:08|53|57|58|XX|28)|^(?:3D000|25006|25P03|25P04|55P03|40001|40P01)$/;
/** How the driver itself says that its connection is gone or was not to be had. */
const NO_CONNECTION =
  /^(?:Connection terminated|timeout exceeded when trying|Query read timeout|Client |Cannot use a pool)/;
const SYSTEM_ERROR = /^E[A-Z]{3,}$/;

/** Lost against another unit: nothing was written, and the same unit may succeed if it runs again. */
const LOST_RACE = /^(?:40001|40P01|23505)$/;

/** Only the operator can mend what these say: who may connect, and whether there is such a database. */
const UNUSABLE = /^(?:28|3D|42501|22023)/;
const NO_TRUST = /CERT|self-signed|does not support SSL|SASL|password must be a string/i;

/** SQLSTATE of a failure, also where TypeORM has wrapped it; empty for any other error. */
export function sqlState(error: unknown): string {
  const code = codeOf(error);
  return /^[0-9A-Z]{5}$/.test(code) && !SYSTEM_ERROR.test(code) ? code : '';
}

export function hasLostRace(error: unknown): boolean {
  return LOST_RACE.test(sqlState(error));
}

/** Whether waiting cannot help: wrong password, no such database, a certificate nobody trusts. */
export function isUnusable(error: unknown): boolean {
  return UNUSABLE.test(sqlState(error)) || NO_TRUST.test(messageOf(error)) || /CERT/.test(codeOf(error));
}

/** What a caller is told when a statement failed with `error`; `sent` says that it may have been done all the same. */
export function toldByPostgres(error: unknown, sent: boolean): unknown {
  if (error instanceof DatabaseUnavailable) return error;
  if (isDisconnected(error)) return sent ? new OutcomeUnknown(error) : new DatabaseUnavailable(error);
  return OUR_FAULT.test(sqlState(error)) ? new DatabaseUnavailable(error) : error;
}

/** The connection went away, so nobody knows whether the last thing that was sent on it was done. */
export function isDisconnected(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== '') return state.startsWith('08') || /^57P0[123]$/.test(state);
  return SYSTEM_ERROR.test(codeOf(error)) || NO_CONNECTION.test(messageOf(error));
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('driverError' in error) return codeOf(error.driverError);
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
