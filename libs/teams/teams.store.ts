import { Injectable } from '@nestjs/common';
import { Raw } from 'typeorm';
import { Database, type Flag, Remembered, type Tx } from '#libs/platform/database/index.js';
import { TeamRow } from './team.entity.js';
import type { Team, TeamFilter } from './team.js';

/** All of a row but what only searching needs. */
type KeptTeam = Omit<TeamRow, 'nameKey' | 'isActive'> & { readonly isActive: Flag };

const FIND = `SELECT id, user_id AS "userId", name, description, agent_ids AS "agentIds", workflow, config,
  is_active AS "isActive", created_at AS "createdAt", updated_at AS "updatedAt"
  FROM team WHERE id = ? AND user_id = ?`;

/** Teams in the database. Every question names the user: a team of somebody else is not there. */
@Injectable()
export class TeamsStore {
  readonly #found: Remembered<Team>;

  constructor(private readonly database: Database) {
    this.#found = new Remembered(database.work);
  }

  /** One prepared statement, asked once: nothing about teams is wanted more often. */
  find(userId: string, id: string): Promise<Team | null> {
    return this.#found.get(`${userId} ${id}`, async () => {
      const row = await this.database.find<KeptTeam>(FIND, id, userId);
      return row && { value: teamOf(row), size: row.workflow.length + row.config.length + row.agentIds.length };
    });
  }

  /** As `find`, seeing what the unit has written. */
  async findIn(tx: Tx, userId: string, id: string): Promise<Team | null> {
    const row = await tx.findOneBy(TeamRow, { id, userId });
    return row && teamOf(row);
  }

  /** Newest first, and how many there are on all pages. */
  async list(
    userId: string,
    { name, activeOnly, page, limit }: TeamFilter,
  ): Promise<readonly [readonly Team[], number]> {
    const query = this.database.read
      .createQueryBuilder(TeamRow, 'team')
      .where('team.userId = :userId', { userId })
      .orderBy({ 'team.createdAt': 'DESC', 'team.id': 'DESC' })
      .offset((page - 1) * limit)
      .limit(limit);
    if (activeOnly) query.andWhere('team.isActive = :isActive', { isActive: true });
    if (name) query.andWhere("team.nameKey LIKE :part ESCAPE '\\'", { part: containing(name) });
    const [rows, total] = await query.getManyAndCount();
    return [rows.map(teamOf), total];
  }

  /** The user's teams with this agent in them, each in words: `the team "Research"`. */
  async namesWithAgentIn(tx: Tx, userId: string, agentId: string): Promise<readonly string[]> {
    const rows = await tx.find(TeamRow, {
      select: { name: true },
      where: { userId, agentIds: Raw((column) => `${column} LIKE :part ESCAPE '\\'`, { part: naming(agentId) }) },
      order: { createdAt: 'ASC', id: 'ASC' },
    });
    return rows.map(({ name }) => `the team "${name}"`);
  }

  count(tx: Tx, userId: string): Promise<number> {
    return tx.countBy(TeamRow, { userId });
  }

  async insert(tx: Tx, team: Team): Promise<void> {
    await tx.insert(TeamRow, rowOf(team));
  }

  async update(tx: Tx, team: Team): Promise<void> {
    await tx.update(TeamRow, { id: team.id }, rowOf(team));
  }

  async delete(tx: Tx, userId: string, id: string): Promise<void> {
    await tx.delete(TeamRow, { id, userId });
  }
}

function keyOf(name: string): string {
  return name.toLowerCase();
}

/** A pattern for a part of a name, in which nothing is a wildcard. */
function containing(part: string): string {
  return `%${escaped(keyOf(part))}%`;
}

/** A pattern for a JSON list with this text in it: no other text has these quotes around it. */
function naming(id: string): string {
  return `%${escaped(JSON.stringify(id))}%`;
}

function escaped(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

function rowOf({ agentIds, workflow, config, ...team }: Team): TeamRow {
  return {
    ...team,
    nameKey: keyOf(team.name),
    agentIds: JSON.stringify(agentIds),
    workflow: JSON.stringify(workflow),
    config: JSON.stringify(config),
  };
}

/** Out of a row of either side; SQLite itself knows a flag only as 0 and 1. */
function teamOf(row: KeptTeam): Team {
  return {
    id: row.id,
    userId: row.userId,
    name: row.name,
    description: row.description,
    agentIds: JSON.parse(row.agentIds),
    workflow: JSON.parse(row.workflow),
    config: JSON.parse(row.config),
    isActive: Boolean(row.isActive),
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}
