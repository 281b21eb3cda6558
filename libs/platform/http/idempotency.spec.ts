import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { edge, type MemoryOfKeys, NotesController } from './testing/edge.world.js';

/** Real: Nest, Fastify, HTTP. The memory of keys is a map; the stores have suites of their own. */
describe('an idempotent route', () => {
  let app: NestFastifyApplication;
  let keys: MemoryOfKeys;
  let url: string;

  beforeAll(async () => {
    ({ app, keys, url } = await edge());
  });
  beforeEach(() => {
    keys.rows.clear();
    keys.broken = false;
    NotesController.made = [];
  });
  afterAll(() => app.close());

  const create = (key: string, title: string, token = 'ada') =>
    fetch(`${url}/notes`, {
      method: 'POST',
      body: JSON.stringify({ title }),
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key },
    });
  const code = async (answer: Response) => ((await answer.json()) as { code: string }).code;

  it('gives the first answer again, with its status and place', async () => {
    const first = await create('k', 'a');
    const again = await create('k', 'a');
    expect(again.status).toBe(201);
    expect(await again.json()).toEqual(await first.json());
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect([first.headers.get('idempotency-replayed'), again.headers.get('idempotency-replayed')]).toEqual([
      null,
      'true',
    ]);
    expect(NotesController.made).toHaveLength(1);
  });

  it('refuses the key with another body', async () => {
    await create('k', 'a');
    const other = await create('k', 'b');
    expect([other.status, await code(other)]).toEqual([422, 'idempotency.key-reused']);
  });

  it('refuses a twin while the first is running', async () => {
    let open = () => {};
    NotesController.gate = new Promise((resolve) => (open = resolve));
    const first = create('k', 'a');
    while (NotesController.made.length === 0) await new Promise(setImmediate);
    const twin = await create('k', 'a');
    expect([twin.status, await code(twin)]).toEqual([409, 'idempotency.in-progress']);
    open();
    expect((await first).status).toBe(201);
    expect((await create('k', 'a')).headers.get('idempotency-replayed')).toBe('true');
  });

  it('remembers a conflict, forgets a validation error, and keeps the id after a fault', async () => {
    await create('taken', 'taken');
    expect((await create('taken', 'taken')).headers.get('idempotency-replayed')).toBe('true');

    expect((await create('empty', '')).status).toBe(422);
    expect((await create('empty', 'now right')).status).toBe(201);

    NotesController.made = [];
    expect((await create('boom', 'boom')).status).toBe(500);
    expect((await create('boom', 'boom')).status).toBe(500);
    expect(new Set(NotesController.made).size).toBe(1);
  });

  it('does not mix callers', async () => {
    await create('k', 'a');
    expect((await create('k', 'a', 'root')).headers.get('idempotency-replayed')).toBe('true');
    // `root` is the same person with another role here; a stranger is stopped before the key is looked at.
    expect((await create('k', 'a', 'eve')).status).toBe(401);
  });

  it('refuses a key that is too long or not plain text', async () => {
    expect((await create('x'.repeat(255), 'a')).status).toBe(201);
    for (const key of ['x'.repeat(256), 'caf\u00e9']) {
      const answer = await create(key, 'a');
      expect([answer.status, await code(answer)]).toEqual([422, 'idempotency.key-invalid']);
    }
  });

  it('answers what was done even if the answer cannot be kept', async () => {
    keys.broken = true;
    expect((await create('k', 'a')).status).toBe(201);
  });
});
