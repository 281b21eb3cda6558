import { isJsonObject } from '#libs/kernel/index.js';
import type { FieldReader } from '#libs/platform/http/index.js';

// What this release cannot honour is refused, never dropped in silence.

export const noBudgetYet: FieldReader = (sent, path, refuse) => {
  if (isJsonObject(sent) && sent.budget_usd != null) {
    return refuse(`${path}.budget_usd`, 'must be absent: this release cannot hold a run to a budget');
  }
  return sent;
};
