import { egressRules } from '../egress.js';
import { Outbound } from '../outbound.js';

/** The guarded way out of an installation whose operator allowed these. */
export function outboundTo(...allowed: readonly string[]): Outbound {
  return new Outbound(egressRules(allowed, false));
}
