// Real: the whole server on PostgreSQL over HTTP, and a line between the two that the test can cut.
import { Client } from 'pg';
import { PostgresWire } from '#libs/platform/database/testing/postgres-wire.js';
import { type TestPostgres, testPostgres } from '#libs/platform/database/testing/test-postgres.js';
import { type HttpClient, signUp, simAgent, startServer, type TestServer, teamOf, until } from '../harness/index.js';
import { requires } from '../requires.js';

const ACCEPTANCE = /journal_begin/;
const APPEND = /journal_decide/;
const NOTE = /journal_note/;
const RELEASE = /journal_release/;
const CLAIM = /UPDATE execution SET owner/;

jest.setTimeout(60_000);

requires('postgres').describe('on PostgreSQL', () => {
  let place: TestPostgres;
  let wire: PostgresWire;
  let server: TestServer;
  let ada: HttpClient;

  beforeEach(async () => {
    place = await testPostgres();
    wire = await PostgresWire.to(place.url);
    server = await startServer({ DATABASE_URL: wire.url });
    ada = await signUp(server.http);
  });
  afterEach(async () => {
    wire.giveBack();
    await server.stop();
    await wire.close();
    await place.release();
  });

  const sequence = async (systemPrompt = '', extra = {}): Promise<string> =>
    teamOf(ada, 'sequential', [await simAgent(ada, systemPrompt), await simAgent(ada), await simAgent(ada)], extra);
  const execute = (team: string, key: string, prompt = 'hello') =>
    ada.post(`/api/v1/teams/${team}/execute`, { initial_prompt: prompt }, { headers: { 'idempotency-key': key } });
  const ids = async (): Promise<readonly string[]> =>
    (await ada.get('/api/v1/executions?limit=100')).body.map((run: { execution_id: string }) => run.execution_id);
  /** How the only run that there is ended. */
  const ending = async (): Promise<string> => {
    const [id, ...others] = await ids();
    expect(others).toEqual([]);
    const { body } = await ada.get(`/api/v1/executions/${id}/result`, { headers: { prefer: 'wait=40' } });
    return body.status;
  };
  const back = (): Promise<void> =>
    until('the database is found again', async () => (await ada.get('/api/v1/executions')).status === 200);

  describe('when the answer to a commit is lost', () => {
    test('at acceptance, the caller is told of the run, and it ends', async () => {
      const team = await sequence();
      const lost = wire.loseAnswerTo(ACCEPTANCE);
      const { status, body } = await execute(team, 'k');
      await lost;
      expect(status).toBe(200);
      expect(await ids()).toEqual([body.execution_id]);
      expect(await ending()).toBe('completed');
      expect((await execute(team, 'k')).body.execution_id).toBe(body.execution_id);
    });

    test('at acceptance, and the database stays away: the caller is told to look, and the run ends', async () => {
      const team = await sequence();
      const lost = wire.loseAnswerTo(ACCEPTANCE);
      const told = execute(team, 'k');
      await lost;
      wire.takeAway();
      const { status, headers, body } = await told;
      expect(status).toBe(503);
      expect(body).toMatchObject({ code: 'database.unavailable', detail: expect.stringContaining('look before') });
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      wire.giveBack();
      await back();
      expect(await ending()).toBe('completed');
      expect((await execute(team, 'k')).body.execution_id).toBe((await ids())[0]);
    });

    test('at acceptance, and it is committed only later: the run ends', async () => {
      const team = await sequence();
      const blocker = new Client({ connectionString: place.url });
      await blocker.connect();
      await blocker.query('BEGIN; LOCK TABLE execution IN SHARE MODE');
      const asked = wire.statements.length;
      const told = execute(team, 'k');
      await until('it waits over there', () => wire.statements.slice(asked).some((text) => ACCEPTANCE.test(text)));
      wire.takeAway();
      expect((await told).status).toBe(503);
      wire.giveBack();
      await back();
      expect(await ids()).toEqual([]);
      await blocker.end();
      await until('it is committed', async () => (await ids()).length === 1);
      expect(await ending()).toBe('completed');
    });

    test.each([1, 2, 3])('at append %i of three, nothing is done twice and nothing is left undone', async (which) => {
      const team = await sequence();
      const lost = wire.loseAnswerTo(APPEND, which);
      const { execution_id: id } = (await execute(team, 'k')).body;
      await lost;
      expect(await ending()).toBe('completed');
      expect(await startedOf(id)).toBe(3);
    });

    test('at a release and at the claim after it, the run is taken again when its time comes, and ends', async () => {
      const team = await sequence('', { retry_config: { max_attempts: 2, initial_delay: 5, max_delay: 5 } });
      const released = wire.loseAnswerTo(RELEASE);
      await execute(team, 'k', '[[fail:1]]done');
      await released;
      const claimed = wire.loseAnswerTo(CLAIM);
      const before = wire.statements.length;
      await claimed;
      // It waits in between, and does not ask again and again.
      expect(wire.statements.length - before).toBeLessThan(60);
      expect(await ending()).toBe('completed');
    });

    test('at the stop of a run, it is stopped', async () => {
      const team = await sequence('', { retry_config: { max_attempts: 2, initial_delay: 600, max_delay: 600 } });
      const running = (await execute(await sequence('[[sleep:60000]]'), 'k')).body.execution_id;
      const asleep = (await execute(team, 'l', '[[fail]]')).body.execution_id;
      await until('one of them waits', () => wire.statements.some((text) => RELEASE.test(text)));
      for (const id of [running, asleep]) {
        const lost = wire.loseAnswerTo(NOTE);
        const { status } = await ada.post(`/api/v1/executions/${id}/stop`);
        await lost;
        expect(status).toBe(503);
        const { body } = await ada.get(`/api/v1/executions/${id}/result`, { headers: { prefer: 'wait=10' } });
        expect(body.status).toBe('cancelled');
      }
    });

    async function startedOf(id: string): Promise<number> {
      const { rows } = await direct<{ n: number }>(
        `SELECT count(*)::int AS n FROM event WHERE execution_id = $1 AND body::json ->> 'kind' = 'step-started'`,
        [id],
      );
      return rows[0]?.n ?? 0;
    }
  });

  describe('that is away for a while', () => {
    test('writes are answered 503, readiness falls, the process lives, and runs go on afterwards', async () => {
      const team = await sequence('[[sleep:1000]]');
      const { execution_id: id } = (await execute(team, 'k')).body;
      wire.takeAway();
      for (const refused of [await execute(team, 'l'), await ada.get('/api/v1/teams')]) {
        expect(refused).toMatchObject({ status: 503, body: { code: 'database.unavailable' } });
        expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      }
      await until('readiness falls', async () => (await server.http.get('/readyz')).status === 503);
      expect((await server.http.get('/livez')).status).toBe(200);
      expect((await server.http.get('/health')).body.status).toBe('error');

      wire.giveBack();
      await until('readiness is back', async () => (await server.http.get('/readyz')).status === 200);
      const { body } = await ada.get(`/api/v1/executions/${id}/result`, { headers: { prefer: 'wait=30' } });
      expect(body.status).toBe('completed');
      expect((await execute(team, 'l')).status).toBe(200);
    });
  });

  test('each append of a run is one round trip, and all of a run of three steps are six', async () => {
    const team = await sequence();
    const run = () =>
      ada.post(`/api/v1/teams/${team}/execute`, { initial_prompt: 'x' }, { headers: { prefer: 'wait=20' } });
    await run();
    wire.statements.length = 0;
    expect((await run()).body.status).toBe('completed');
    const asked = wire.statements.map((text) => /journal_\w+|worker|SELECT 1$|FROM \w+/.exec(text)?.[0]);
    expect(asked.filter((what) => what !== 'worker' && what !== 'SELECT 1')).toEqual([
      'FROM team',
      'FROM agent',
      'journal_begin',
      'journal_decide',
      'journal_decide',
      'journal_decide',
    ]);
  });

  async function direct<Row extends object>(text: string, values: unknown[] = []) {
    const client = new Client({ connectionString: place.url });
    await client.connect();
    try {
      return await client.query<Row>(text, values);
    } finally {
      await client.end();
    }
  }
});
