import type { RunnerSecrets } from '#libs/agents/index.js';
import { isJsonObject, type Json } from '#libs/kernel/index.js';

/*
 * An agent may repeat what it was called with: many a test service echoes every header. What comes back goes into the
 * journal, to watchers and into the prompts of other agents, so it is looked through first.
 */

const SHORTEST = 8;
/** Headers whose values are ordinary words of ordinary answers. */
const HARMLESS = /^(?:accept|accept-language|cache-control|from|pragma|prefer|user-agent|x-requested-with)$/i;

/** What must not come back: whole values, and what stands behind the scheme in `Bearer …`. */
export function secretTexts({ headers, secret }: RunnerSecrets): readonly string[] {
  const values = [...headers].filter(([name]) => !HARMLESS.test(name)).map(([, value]) => value.reveal());
  const credentials = values.flatMap((value) => /^[A-Za-z][\w-]* +(\S+)$/.exec(value)?.[1] ?? []);
  const texts = [...values, ...credentials, ...(secret ? [secret.reveal()] : [])];
  // The longest first: what is a part of another one would leave the rest of it behind.
  return texts.filter(({ length }) => length >= SHORTEST).sort((a, b) => b.length - a.length);
}

/** The same value with `***` in the place of each secret, in names too. */
export function withoutSecrets(value: Json, secrets: readonly string[]): Json {
  if (secrets.length === 0) return value;
  const clean = (text: string): string => secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
  if (typeof value === 'string') return clean(value);
  if (Array.isArray(value)) return value.map((one: Json) => withoutSecrets(one, secrets));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [clean(name), withoutSecrets(one, secrets)]));
}
