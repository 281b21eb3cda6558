import { AGENT_EXAMPLES } from './agents.examples.js';
import { APPROVAL_EXAMPLES } from './approvals.examples.js';
import { COLLABORATION_EXAMPLES } from './collaboration.examples.js';
import { EXECUTION_EXAMPLES } from './executions.examples.js';
import { IDENTITY_EXAMPLES } from './identity.examples.js';
import type { Examples } from './illustrate.js';
import { KEY_EXAMPLES } from './keys.examples.js';
import { OPERATING_EXAMPLES } from './operating.examples.js';
import { PLAN_EXAMPLES } from './plans.examples.js';
import { TEAM_EXAMPLES } from './teams.examples.js';
import { TEMPLATE_EXAMPLES } from './templates.examples.js';

/**
 * One story, told over all operations: Ada's team looks into whether small clinics would pay by the month. Ids mean the
 * same thing everywhere, so that a reader can follow one request into the next; a test sends them to a real server.
 */
export const EXAMPLES: Examples = {
  ...IDENTITY_EXAMPLES,
  ...KEY_EXAMPLES,
  ...AGENT_EXAMPLES,
  ...TEAM_EXAMPLES,
  ...PLAN_EXAMPLES,
  ...TEMPLATE_EXAMPLES,
  ...EXECUTION_EXAMPLES,
  ...APPROVAL_EXAMPLES,
  ...COLLABORATION_EXAMPLES,
  ...OPERATING_EXAMPLES,
};
