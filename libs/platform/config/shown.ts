import type { Kind, Raw } from './key.js';

const LONGEST = 80;
/** Of a secret URL its scheme may be told: the mistake is often there. */
const SCHEME = /^(?:postgres|postgresql|mysql|mongodb|sqlite|file|rediss?|https?):/i;

/** A value as a message may show it: secrets, and passwords inside URLs, become `***`. */
export function shown(kind: Pick<Kind<unknown>, 'secret'>, raw: Raw): string {
  const text = typeof raw === 'string' ? raw : raw.join(',');
  if (kind.secret) return `${SCHEME.exec(text)?.[0] ?? ''}***`;
  const masked = text.replaceAll(/\/\/[^/\s@]*@/g, '//***@').replaceAll(/([?&][^=&\s]+=)[^&\s]*/g, '$1***');
  return JSON.stringify(masked.length > LONGEST ? `${masked.slice(0, LONGEST)}…` : masked);
}
