import type { Json, JsonObject } from '#libs/kernel/index.js';
import type { Approval } from '#libs/workflow/index.js';
import type { Refuse } from './workflow.js';

const MOST_APPROVERS = 20;
const LONGEST_APPROVER = 320;
/** A year. */
const LONGEST_SECONDS = 31_536_000;

/** Who must agree to a step; null: nobody. */
export function readApproval(written: JsonObject | null | undefined, path: string, refuse: Refuse): Approval | null {
  if (!written) return null;
  const complain = (field: string, message: string): void => refuse(`${path}.${field}`, 'approval-invalid', message);
  const { when, expires_s, on_expiry } = written;
  if (when !== 'before' && when !== 'after') complain('when', 'must be before or after');
  const approvers = approversIn(written.approvers, complain);
  if (on_expiry != null && on_expiry !== 'reject' && on_expiry !== 'approve') {
    complain('on_expiry', 'must be reject or approve');
  }
  return {
    when: when === 'after' ? when : 'before',
    approvers,
    quorum: quorumOf(written.quorum, Math.max(1, approvers.length), complain),
    expiresMs: expires_s == null ? null : expiryOf(expires_s, complain),
    onExpiry: on_expiry === 'approve' ? on_expiry : 'reject',
  };
}

type Complain = (field: string, message: string) => void;

function approversIn(written: Json | undefined, complain: Complain): readonly string[] {
  if (written == null) return [];
  const isList = Array.isArray(written) && written.length <= MOST_APPROVERS;
  const approvers = isList ? written.filter((one): one is string => typeof one === 'string' && isName(one)) : [];
  if (!isList || approvers.length < written.length) {
    complain('approvers', `must be a list of at most ${MOST_APPROVERS} user ids or e-mail addresses`);
  } else if (new Set(approvers.map((one) => one.toLowerCase())).size < approvers.length) {
    complain('approvers', 'must not name anybody twice');
  }
  return approvers;
}

function isName(text: string): boolean {
  return text.trim() !== '' && text.length <= LONGEST_APPROVER;
}

function quorumOf(written: Json | undefined, people: number, complain: Complain): number {
  if (written == null) return 1;
  const isRight = typeof written === 'number' && Number.isInteger(written) && written >= 1 && written <= people;
  if (isRight) return written;
  complain('quorum', `must be a whole number from 1 to ${people}: there are no more approvers`);
  return 1;
}

function expiryOf(written: Json, complain: Complain): number {
  if (typeof written === 'number' && written > 0 && written <= LONGEST_SECONDS) return Math.ceil(written * 1_000);
  complain('expires_s', `must be a number of seconds above 0 and up to ${LONGEST_SECONDS}`);
  return LONGEST_SECONDS * 1_000;
}
