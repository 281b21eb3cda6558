import type { Kind, Raw } from './key.js';

const LONGEST = 80;

/** A value as a message may show it: secrets, and passwords inside URLs, become `***`. */
export function shown(kind: Pick<Kind<unknown>, 'secret'>, raw: Raw): string {
  const text = typeof raw === 'string' ? raw : raw.join(',');
  if (kind.secret) return '***';
  const masked = text.replaceAll(/\/\/[^/\s@]*@/g, '//***@').replaceAll(/([?&][^=&\s]+=)[^&\s]*/g, '$1***');
  return JSON.stringify(masked.length > LONGEST ? `${masked.slice(0, LONGEST)}…` : masked);
}
