import type { Client, QueryResultRow } from 'pg';
import { DatabaseUnavailable } from './database.errors.js';
import { toldByPostgres } from './postgres.failures.js';

/**
 * One session beside the pools, for what must not wait behind work: signs of life, and whether the database answers. It
 * is opened when it is needed and opened anew when it was lost.
 */
export class Lifeline {
  #client: Client | null = null;
  #opening: Promise<Client> | null = null;
  #isClosed = false;

  constructor(
    private readonly newClient: () => Client,
    /** Makes a fresh session what it has to be; where it throws, the session is closed again. */
    private readonly prepare: (client: Client) => Promise<void>,
  ) {}

  async query<Row extends QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    const client = await this.open();
    try {
      return (await client.query<Row>(text, [...values])).rows;
    } catch (error) {
      throw toldByPostgres(error, true);
    }
  }

  /** Throws what `prepare` throws, or `DatabaseUnavailable`. */
  async open(): Promise<Client> {
    if (this.#isClosed) throw new DatabaseUnavailable();
    if (this.#client) return this.#client;
    this.#opening ??= this.#open().finally(() => {
      this.#opening = null;
    });
    return this.#opening;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#opening?.catch(() => undefined);
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => undefined);
  }

  async #open(): Promise<Client> {
    const client = this.newClient();
    const forget = (): void => {
      if (this.#client === client) this.#client = null;
    };
    client.on('error', forget).on('end', forget);
    try {
      await client.connect();
      await this.prepare(client);
    } catch (error) {
      client.end().catch(() => undefined);
      throw toldByPostgres(error, false);
    }
    this.#client = client;
    return client;
  }
}
