import { Injectable } from '@nestjs/common';
import { IsNull, LessThan } from 'typeorm';
import type { ActorRef, Role } from '#libs/kernel/index.js';
import { Database, insertRowIn, type NewRow, type Tx } from '#libs/platform/database/index.js';
import { SessionRow } from './session.entity.js';

/** How long a caller whose reply got lost may ask again for the same successor. */
const TOLERANCE_MS = 10_000;

export interface SessionLife {
  readonly ttlMs: number;
  readonly absoluteMs: number;
}

/** What is told of a turn, in its transaction; only that which happened. */
export interface TurnLines {
  readonly turned: NewRow;
  readonly reused: NewRow;
}

export type Turned =
  | { readonly kind: 'turned'; readonly turn: number; readonly userId: string; readonly expiresAt: number }
  | { readonly kind: 'reused' }
  | { readonly kind: 'gone' };

interface Alive {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  readonly turn: number;
  readonly turned_at: number;
  readonly created_at: number;
  readonly expires_at: number;
}

const END_ALL = 'UPDATE user_session SET ended_at = ? WHERE user_id = ? AND ended_at IS NULL';
const ALIVE = `SELECT u.id, u.email, u.role, s.turn, s.turned_at, s.created_at, s.expires_at
  FROM user_session s JOIN user_account u ON u.id = s.user_id
  WHERE s.id = ? AND s.ended_at IS NULL AND s.expires_at > ? AND u.is_active`;

@Injectable()
export class SessionsStore {
  constructor(private readonly database: Database) {}

  async insert(tx: Tx, session: SessionRow): Promise<void> {
    await tx.delete(SessionRow, { expiresAt: LessThan(session.createdAt) });
    await tx.insert(SessionRow, session);
  }

  /** Who is behind a session that is still good. On the path of every request whose token is new to the process. */
  async actorOf(sessionId: string, now: number): Promise<ActorRef | null> {
    const found = await this.#alive(sessionId, now);
    return found ? Object.freeze({ id: found.id, email: found.email, role: found.role, sessionId }) : null;
  }

  /**
   * Spends one turn. The turn before is answered again for ten seconds, with the same successor; any older one was
   * stolen or copied, and ends the session for whoever holds it.
   */
  async turn(sessionId: string, turn: number, now: number, life: SessionLife, lines: TurnLines): Promise<Turned> {
    const found = await this.#alive(sessionId, now);
    if (!found || turn > found.turn) return { kind: 'gone' };
    const userId = found.id;
    if (turn === found.turn) {
      const expiresAt = Math.min(now + life.ttlMs, found.created_at + life.absoluteMs);
      const next = { turn: turn + 1, turnedAt: now, expiresAt };
      const isTurned = await this.#change({ id: sessionId, turn }, next, lines.turned);
      // Somebody else was quicker: what that means, the next look says.
      if (!isTurned) return this.turn(sessionId, turn, now, life, lines);
      return { kind: 'turned', turn: next.turn, userId, expiresAt };
    }
    if (turn === found.turn - 1 && now - found.turned_at <= TOLERANCE_MS) {
      return { kind: 'turned', turn: found.turn, userId, expiresAt: found.expires_at };
    }
    await this.end(sessionId, now, lines.reused);
    return { kind: 'reused' };
  }

  /** `line` is written if it ends now. */
  async end(sessionId: string, now: number, line: NewRow): Promise<void> {
    await this.#change({ id: sessionId }, { endedAt: now }, line);
  }

  async endAllOf(userId: string, now: number): Promise<void> {
    await this.database.work.write(END_ALL, now, userId);
  }

  /** One that has not ended. False, and nothing is written, if there is none of these. */
  #change(which: Partial<SessionRow>, change: Partial<SessionRow>, line: NewRow): Promise<boolean> {
    return this.database.work.run(async (tx) => {
      const { affected } = await tx.update(SessionRow, { ...which, endedAt: IsNull() }, change);
      if (!affected) return false;
      await insertRowIn(tx, line);
      return true;
    });
  }

  #alive(sessionId: string, now: number): Promise<Alive | null> {
    return this.database.find<Alive>(ALIVE, sessionId, now);
  }
}
