import { Injectable } from '@nestjs/common';
import { Database } from '#libs/platform/database/index.js';
import { type ApprovalRecord, type ApprovalStatus, type Asked, counted } from './approval.js';

interface Row extends Omit<ApprovalRecord, 'asked' | 'votes'> {
  readonly asked: string;
  readonly votes: string;
}

const COLUMNS = `id, execution_id AS "executionId", step_id AS "stepId", user_id AS "userId", status,
  requested_at AS "requestedAt", settled_at AS "settledAt", asked, votes`;
const SEEN = 'id IN (SELECT approval_id FROM approval_reader WHERE person IN ?)';
const FIND = `SELECT ${COLUMNS} FROM approval WHERE id = ? AND ${SEEN}`;
const LIST = `SELECT ${COLUMNS} FROM approval WHERE status = ? AND ${SEEN}
  ORDER BY requested_at DESC, id DESC LIMIT ? OFFSET ?`;
const COUNT = `SELECT count(*) AS total FROM approval WHERE status = ? AND ${SEEN}`;

/** What people are asked, beside the journal: written with its events, so that an inbox need not read it. */
@Injectable()
export class ApprovalsStore {
  constructor(private readonly database: Database) {}

  /** Null unless one of these names may see it. */
  async find(names: readonly string[], id: string): Promise<ApprovalRecord | null> {
    const row = await this.database.find<Row>(FIND, id, names);
    return row && recordOf(row);
  }

  /** Newest first, and how many there are on all pages. */
  async list(
    names: readonly string[],
    { status, page, limit }: ApprovalFilter,
  ): Promise<readonly [readonly ApprovalRecord[], number]> {
    const [rows, counts] = await Promise.all([
      this.database.all<Row>(LIST, status, names, limit, (page - 1) * limit),
      this.database.find<{ total: number }>(COUNT, status, names),
    ]);
    return [rows.map(recordOf), counts?.total ?? 0];
  }
}

export interface ApprovalFilter {
  readonly status: ApprovalStatus;
  readonly page: number;
  readonly limit: number;
}

function recordOf(row: Row): ApprovalRecord {
  const asked: Asked = JSON.parse(row.asked);
  const votes = row.votes.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
  return { ...row, asked, votes: counted(asked.approval, votes) };
}
