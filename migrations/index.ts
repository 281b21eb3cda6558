import type { Migration } from '#libs/platform/database/index.js';
import { journal } from './0001-journal.js';
import { idempotency } from './0010-idempotency.js';
import { identity } from './0011-identity.js';
import { agents } from './0020-agents.js';
import { teams } from './0030-teams.js';
import { keys } from './0040-keys.js';
import { audit } from './0050-audit.js';
import { sharedStore } from './0060-shared-store.js';
import { fewerPages } from './0080-fewer-pages.js';
import { agentOutput } from './0090-agent-output.js';
import { approvals } from './0100-approvals.js';

/** Every change of the schema, oldest first: one file each, with one class for each dialect. */
export const migrations: readonly Migration[] = [
  journal,
  idempotency,
  identity,
  agents,
  teams,
  keys,
  audit,
  sharedStore,
  fewerPages,
  agentOutput,
  approvals,
];
