import { isJsonObject } from '#libs/kernel/index.js';
import type { FieldReader } from '#libs/platform/http/index.js';

// What this release cannot honour is refused, never dropped in silence.

export const noKeysYet: FieldReader = (sent, path, refuse) => {
  if (sent === null) return sent;
  if (!isJsonObject(sent)) return refuse(path, 'must be an object');
  if (Object.keys(sent).length === 0) return sent;
  return refuse(path, 'must be empty: keys cannot be sealed by this release, and nothing was stored');
};

export const noBudgetYet: FieldReader = (sent, path, refuse) => {
  if (isJsonObject(sent) && sent.budget_usd != null) {
    return refuse(`${path}.budget_usd`, 'must be absent: this release cannot hold a run to a budget');
  }
  return sent;
};
