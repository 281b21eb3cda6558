// Real: the whole server over HTTP, on a file and on PostgreSQL.
import { type TestPostgres, testPostgres } from '#libs/platform/database/testing/test-postgres.js';
import { signUp, simAgent, startServer, teamOf } from '../harness/index.js';
import { requires } from '../requires.js';

const LIMIT = 5;
const STARTS = 60;

async function startAllAtOnce(url: string): Promise<void> {
  const server = await startServer({ DATABASE_URL: url, RENUM_MAX_CONCURRENT_EXECUTIONS: String(LIMIT) });
  const ada = await signUp(server.http);
  const teams = [
    await teamOf(ada, 'sequential', [await simAgent(ada)]),
    await teamOf(ada, 'parallel', [await simAgent(ada)]),
  ];
  const answers = await Promise.all(
    Array.from({ length: STARTS }, (_, n) =>
      ada.post(`/api/v1/teams/${teams[n % 2]}/execute`, { initial_prompt: '[[sleep:600000]]' }),
    ),
  );
  const accepted = answers.filter(({ status }) => status === 200).map(({ body }) => body.execution_id);
  const refused = answers.filter(({ status }) => status !== 200);
  expect(accepted).toHaveLength(LIMIT);
  for (const { status, headers, body } of refused) {
    expect([status, body.code]).toEqual([429, 'execution.limit-reached']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  }
  const listed = (await ada.get('/api/v1/executions?limit=100')).body;
  expect(new Set(listed.map((one: { execution_id: string }) => one.execution_id))).toEqual(new Set(accepted));
  await server.stop();
}

describe(`of ${STARTS} starts at the same moment, exactly ${LIMIT} are admitted where ${LIMIT} are allowed`, () => {
  test('in a file', () => startAllAtOnce(''));

  requires('postgres').describe('and as many', () => {
    let place: TestPostgres;
    beforeAll(async () => {
      place = await testPostgres();
    });
    afterAll(() => place.release());

    test('on PostgreSQL', () => startAllAtOnce(place.url));
  });
});
