import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Database, Remembered, type Tx } from '#libs/platform/database/index.js';
import { AgentRow, type AgentStatus } from './agent.entity.js';

/** An answer without pages still has an end: whatever comes first of these two closes it. */
export const LONGEST_LIST = 1_000;
export const LARGEST_LIST = 4 * 1024 * 1024;

export interface AgentList {
  readonly agents: readonly AgentRow[];
  /** Where the next list begins; null: this was all. */
  readonly nextOffset: number | null;
}

/** What a run needs of an agent. */
export interface RunFacts {
  readonly id: string;
  readonly name: string;
  readonly status: AgentStatus;
  readonly model: string | null;
  readonly systemPrompt: string;
  readonly tools: AgentRow['tools'];
  readonly outputSchema: AgentRow['outputSchema'];
  readonly runner: AgentRow['runner'];
}

interface SqlFacts {
  readonly id: string;
  readonly name: string;
  readonly status: AgentStatus;
  readonly model: string | null;
  readonly system_prompt: string;
  readonly tools: string;
  readonly output_schema: string | null;
  readonly runner: string | null;
}

interface SqlRow extends SqlFacts {
  readonly user_id: string;
  readonly runner_secrets: string | null;
  readonly description: string;
  readonly capabilities: string;
  readonly knowledge_base_ids: string;
  readonly role: string;
  readonly created_at: number;
  readonly updated_at: number;
}

/** How many are read at a time, so that a list that is closed by its size has not been read much further. */
const READ_AT_ONCE = 100;

const FACTS = 'id, name, status, model, system_prompt, tools, output_schema, runner';
const FIND = 'SELECT * FROM agent WHERE id = ? AND user_id = ?';
const LIST = 'SELECT * FROM agent WHERE user_id = ? ORDER BY id DESC LIMIT ? OFFSET ?';
const FACTS_OF = `SELECT ${FACTS} FROM agent WHERE id IN ? AND user_id = ?`;

/** Writes stand in a unit of work; reads outside of one are prepared statements and see what is committed. */
@Injectable()
export class AgentsStore {
  readonly #facts: Remembered<readonly RunFacts[]>;

  constructor(private readonly database: Database) {
    this.#facts = new Remembered(database.work);
  }

  async find(userId: string, id: string): Promise<AgentRow | null> {
    const row = await this.database.find<SqlRow>(FIND, id, userId);
    return row ? rowOf(row) : null;
  }

  /** Newest first. */
  async list(userId: string, offset: number): Promise<AgentList> {
    const agents: AgentRow[] = [];
    let size = 0;
    for (;;) {
      const rows = await this.database.all<SqlRow>(LIST, userId, READ_AT_ONCE, offset + agents.length);
      for (const row of rows) {
        size += sizeOf(row);
        const isFull = agents.length === LONGEST_LIST || (size > LARGEST_LIST && agents.length > 0);
        if (isFull) return { agents, nextOffset: offset + agents.length };
        agents.push(rowOf(row));
      }
      if (rows.length < READ_AT_ONCE) return { agents, nextOffset: null };
    }
  }

  /** Those of the ids that are agents of this user. Hot: every start of a run asks. */
  async factsOf(userId: string, ids: readonly string[]): Promise<readonly RunFacts[]> {
    const facts = await this.#facts.get(`${userId} ${ids.join()}`, async () => {
      const rows = await this.database.all<SqlFacts>(FACTS_OF, ids, userId);
      return { value: rows.map(factsOf), size: rows.reduce((sum, row) => sum + sizeOfFacts(row), 0) };
    });
    return facts ?? [];
  }

  async ownedIds(tx: Tx, userId: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
    const found = await tx.find(AgentRow, { select: { id: true }, where: { userId, id: In([...ids]) } });
    return new Set(found.map(({ id }) => id));
  }

  findIn(tx: Tx, userId: string, id: string): Promise<AgentRow | null> {
    return tx.findOneBy(AgentRow, { id, userId });
  }

  async insert(tx: Tx, agent: AgentRow): Promise<void> {
    await tx.insert(AgentRow, agent);
  }

  async change(tx: Tx, id: string, change: Partial<Omit<AgentRow, 'id' | 'userId'>>): Promise<void> {
    await tx.update(AgentRow, { id }, change);
  }

  async remove(tx: Tx, id: string): Promise<void> {
    await tx.delete(AgentRow, { id });
  }
}

/** In characters, about. */
function sizeOfFacts({ name, system_prompt, tools, output_schema, runner }: SqlFacts): number {
  return [name, system_prompt, tools, output_schema, runner].join('').length + 100;
}

function factsOf({ id, name, status, model, system_prompt, tools, output_schema, runner }: SqlFacts): RunFacts {
  return {
    id,
    name,
    status,
    model,
    systemPrompt: system_prompt,
    tools: JSON.parse(tools),
    outputSchema: jsonIn(output_schema),
    runner: jsonIn(runner),
  };
}

function jsonIn(text: string | null) {
  return text === null ? null : JSON.parse(text);
}

function rowOf(row: SqlRow): AgentRow {
  return Object.assign(new AgentRow(), factsOf(row), {
    userId: row.user_id,
    runnerSecrets: row.runner_secrets,
    description: row.description,
    capabilities: JSON.parse(row.capabilities),
    knowledgeBaseIds: JSON.parse(row.knowledge_base_ids),
    role: row.role,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  });
}

/** Characters, roughly as many as its view has. */
function sizeOf({ name, description, system_prompt, tools, output_schema, ...row }: SqlRow): number {
  const texts = [name, description, system_prompt, tools, output_schema, row.capabilities, row.knowledge_base_ids];
  return texts.join('').length + 500;
}
