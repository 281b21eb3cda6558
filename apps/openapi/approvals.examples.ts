import { ADA, ANALYST, EXECUTION, TEAM } from './cast.js';
import type { Examples } from './illustrate.js';

const COUNTED = 'About 4,000 clinics would pay 200 dollars a month.';
const WEIGHED = 'About 3,500 clinics would pay 200 dollars a month.';

const asked = {
  id: `${EXECUTION}.s2`,
  execution_id: EXECUTION,
  team_id: TEAM,
  team_name: 'Market analysis',
  step_id: 's2',
  agent_id: ANALYST,
  agent_name: 'Analyst',
  when: 'after',
  subject: COUNTED,
  status: 'pending',
  requested_at: '2026-11-22T10:00:00.128Z',
  expires_at: null,
  on_expiry: 'reject',
  approvers: [],
  quorum: 1,
  votes: [],
  may_decide: true,
  settled_at: null,
};

const DECIDED = '2026-11-22T16:20:07.502Z';
const choice = { decision: 'approve', edited: WEIGHED, comment: 'Those that closed this year are out.' };

const decided = {
  ...asked,
  status: 'approved',
  votes: [{ by: ADA, ...choice, at: DECIDED }],
  may_decide: false,
  settled_at: DECIDED,
};

const id = { id: asked.id };

export const APPROVAL_EXAMPLES: Examples = {
  approvalsList: { answer: { items: [asked], total: 1, page: 1, limit: 10, pages: 1 } },
  approvalsGet: { path: id, answer: asked },
  approvalsDecide: { path: id, body: choice, answer: decided },
};
