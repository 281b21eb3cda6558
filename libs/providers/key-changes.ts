import { isJsonObject, Secret } from '#libs/kernel/index.js';
import type { FieldReader } from '#libs/platform/http/index.js';
import { scrub } from '#libs/platform/log/index.js';

/** Keys by the service they open; null: that one goes. Services that are not named stay as they are. */
export type KeyChanges = ReadonlyMap<string, Secret | null>;

export const NO_KEYS: KeyChanges = new Map();

/** Of one user, one team or one execution. */
export const MOST_KEYS = 50;

export const SERVICE_NAME = /^[A-Za-z0-9][\w .:-]{0,99}$/;
export const SERVICE_NAME_RULE =
  'must be 1 to 100 letters, digits, spaces, "_", ".", ":" or "-", must begin with a letter or digit, and must not look like a key';

/** It travels in a header, where nothing else can stand. */
export const API_KEY = /^[\x21-\x7e]{1,4096}$/;
export const API_KEY_RULE = 'must be 1 to 4096 visible ASCII characters without spaces';

/** `{service: key}` as it is sent; null takes a key away. No message repeats a name that was refused: it may be a key. */
export const readKeys: FieldReader = (sent, path, refuse) => {
  if (sent === null || sent === undefined) return sent;
  if (!isJsonObject(sent)) return refuse(path, 'must be an object of keys by service name');
  const entries = Object.entries(sent);
  const services = entries.map(([service]) => service);
  if (services.length > MOST_KEYS) return refuse(path, `must not name more than ${MOST_KEYS} services`);
  if (!services.every(isServiceName))
    return refuse(path, `has a service name that does not fit: it ${SERVICE_NAME_RULE}`);
  if (new Set(services.map(serviceKeyOf)).size < services.length) {
    return refuse(path, 'must not name a service twice; upper and lower case are alike');
  }
  const changes = new Map<string, Secret | null>();
  for (const [service, key] of entries) {
    if (key === null) changes.set(service, null);
    else if (typeof key === 'string' && API_KEY.test(key)) changes.set(service, new Secret(key));
    else refuse(`${path}.${service}`, API_KEY_RULE);
  }
  return changes;
};

/** Who exchanges name and key must not find the key in lists and messages. */
export function isServiceName(value: unknown): boolean {
  return typeof value === 'string' && SERVICE_NAME.test(value) && scrub(value) === value;
}

/** Names of services are compared in lower case. */
export function serviceKeyOf(service: string): string {
  return service.toLowerCase();
}

/** The services that a key is given for. */
export function servicesIn(changes: KeyChanges): readonly string[] {
  return [...changes].flatMap(([service, key]) => (key === null ? [] : [service]));
}
