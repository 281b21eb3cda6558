// Real: a PostgreSQL of its own, ended in every way it can be.
import { Client } from 'pg';
import { tempFolder } from '../../../../test/harness/index.js';
import { requires } from '../../../../test/requires.js';
import { PostgresServer } from './postgres-server.js';

requires('postgres').describe('a PostgreSQL of the tests', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await PostgresServer.make(tempFolder());
  });
  afterAll(() => server.stop('crash'));

  async function ask(text: string): Promise<readonly object[]> {
    const client = new Client({ connectionString: server.url() });
    await client.connect();
    const { rows } = await client.query(text);
    await client.end();
    return rows;
  }

  test.each(['fast', 'crash', 'kill'] as const)(
    'ended by %s, it has what was committed when it is started again',
    async (how) => {
      await ask(`CREATE TABLE kept_${how} AS SELECT 1 AS n`);
      const guest = new Client({ connectionString: server.url() });
      guest.on('error', () => undefined);
      await guest.connect();
      await server.stop(how);
      await expect(ask('SELECT 1')).rejects.toThrow('ECONNREFUSED');
      await server.start();
      await server.start();
      expect(await ask(`SELECT n FROM kept_${how}`)).toEqual([{ n: 1 }]);
      await guest.end();
    },
  );
});
