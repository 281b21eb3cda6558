import { randomBytes } from 'node:crypto';

const WELL_FORMED = /^[\w.-]{1,128}$/;
const process = randomBytes(9).toString('base64url');
let count = 0;

/** The caller's own id if it is well formed, else one of ours, unique across processes and restarts. */
export function requestId(headers: Readonly<Record<string, string | string[] | undefined>>): string {
  const given = headers['x-request-id'];
  if (typeof given === 'string' && WELL_FORMED.test(given)) return given;
  count += 1;
  return `${process}-${count.toString(36)}`;
}
