import { Webhook } from 'standardwebhooks';
import { Invalid, Secret } from '#libs/kernel/index.js';

/** What an agent's own address is called with and nobody sees again. */
export interface RunnerSecrets {
  /** By name, as the user wrote it. */
  readonly headers: ReadonlyMap<string, Secret>;
  /** Signs every call, by Standard Webhooks. */
  readonly secret: Secret | null;
}

export const NO_SECRETS: RunnerSecrets = { headers: new Map(), secret: null };

/** Stands for a kept value, in what is shown and in what is sent back. */
export const KEPT = '***';

/** As a client says them: absent is as it was, null is none. */
export interface SaidSecrets {
  readonly headers?: Readonly<Record<string, unknown>> | null;
  readonly secret?: string | null;
}

const MOST_HEADERS = 20;
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]{1,100}$/;
/** Visible ASCII, spaces only inside. */
const HEADER_VALUE = /^[\x21-\x7e](?:[\x20-\x7e]{0,4094}[\x21-\x7e])?$/;
/** Those of the connection, and those that the call itself sets. */
const OURS =
  /^(?:accept-encoding|connection|content-(?:encoding|length|type)|expect|host|idempotency-key|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|webhook-.*)$/;

const HEADERS = 'configuration.runner.headers';
const SECRET = 'configuration.runner.secret';

/**
 * What is to be kept, where `before` is kept now. `headers` names all there shall be; `***` keeps the value of that name
 * (in any case). Throws `Invalid`; no message repeats a value.
 */
export function secretsSaid({ headers, secret }: SaidSecrets, before: RunnerSecrets): RunnerSecrets {
  const errors: Record<string, string[]> = {};
  const refuse: Refuse = (path, message) => {
    errors[path] = [message];
  };
  const said = {
    headers: headers === undefined ? before.headers : headersSaid(headers ?? {}, before.headers, refuse),
    secret: secret === undefined ? before.secret : secretSaid(secret, before.secret, refuse),
  };
  if (Object.keys(errors).length > 0) throw new Invalid(errors);
  return said;
}

type Refuse = (path: string, message: string) => void;

function headersSaid(
  said: Readonly<Record<string, unknown>>,
  before: RunnerSecrets['headers'],
  refuse: Refuse,
): RunnerSecrets['headers'] {
  const problem = problemOf(Object.keys(said));
  if (problem) {
    refuse(HEADERS, problem);
    return before;
  }
  const kept = new Map([...before].map(([name, value]) => [lower(name), value]));
  const headers = new Map<string, Secret>();
  for (const [name, value] of Object.entries(said)) {
    const secret = value === KEPT ? kept.get(lower(name)) : headerValue(value);
    if (OURS.test(lower(name))) refuse(`${HEADERS}.${name}`, 'is set by the server itself');
    else if (secret) headers.set(name, secret);
    else refuse(`${HEADERS}.${name}`, value === KEPT ? NOTHING_KEPT : 'must be 1 to 4096 visible ASCII characters');
  }
  return headers;
}

/** Does not repeat a name: whoever exchanges name and value would read the value in the answer. */
function problemOf(names: readonly string[]): string | null {
  if (names.length > MOST_HEADERS) return `must not be more than ${MOST_HEADERS}`;
  if (!names.every((name) => HEADER_NAME.test(name))) return 'has a name that no header can have';
  const isTwice = new Set(names.map(lower)).size < names.length;
  return isTwice ? 'must not name a header twice; upper and lower case are alike' : null;
}

function headerValue(value: unknown): Secret | null {
  return typeof value === 'string' && HEADER_VALUE.test(value) ? new Secret(value) : null;
}

function secretSaid(said: string | null, before: Secret | null, refuse: Refuse): Secret | null {
  if (said === null || said === '') return null;
  if (said === KEPT) {
    if (!before) refuse(SECRET, NOTHING_KEPT);
    return before;
  }
  const secret = new Secret(said);
  if (!isSigning(secret)) refuse(SECRET, 'must be base64 behind "whsec_", or any text without it');
  return secret;
}

const NOTHING_KEPT = `must be its value: nothing is kept that "${KEPT}" could stand for`;

/** What signs with the secret: base64 behind `whsec_`, as Standard Webhooks writes keys; else its own bytes. */
export function signerOf(secret: Secret): Webhook {
  const text = secret.reveal();
  if (text.startsWith('whsec_')) return new Webhook(text);
  return new Webhook(Buffer.from(text, 'utf8'), { format: 'raw' });
}

function isSigning(secret: Secret): boolean {
  try {
    signerOf(secret);
    return true;
  } catch {
    return false;
  }
}

function lower(name: string): string {
  return name.toLowerCase();
}
