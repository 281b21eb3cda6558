import { Agent, request } from 'node:http';
import { edge, NotesController } from './testing/edge.world.js';

/** Real: Nest, Fastify, HTTP over kept-alive connections. */
describe('closing', () => {
  it('answers what is under way, says goodbye on that connection, and takes nothing new', async () => {
    const { app, url } = await edge();
    const agent = new Agent({ keepAlive: true });
    let open = () => {};
    NotesController.gate = new Promise((resolve) => {
      open = resolve;
    });
    NotesController.made = [];
    const answer = new Promise<{ status: number | undefined; connection: string | undefined }>((resolve, reject) => {
      const call = request(`${url}/notes`, {
        agent,
        method: 'POST',
        headers: { authorization: 'Bearer ada', 'content-type': 'application/json' },
      });
      call.on('response', (response) => {
        response.resume();
        resolve({ status: response.statusCode, connection: response.headers.connection });
      });
      call.on('error', reject);
      call.end('{"title":"late"}');
    });
    while (NotesController.made.length === 0) await new Promise(setImmediate);

    const closed = app.close();
    while (app.getHttpServer().listening) await new Promise(setImmediate);
    await expect(fetch(`${url}/notes`)).rejects.toThrow('fetch failed');
    open();
    expect(await answer).toEqual({ status: 201, connection: 'close' });
    await closed;
    agent.destroy();
  });

  it('ends connections that fell idle without having been told', async () => {
    const { app, url } = await edge();
    const answer = await fetch(`${url}/notes`, { headers: { authorization: 'Bearer ada' } });
    expect(answer.headers.get('connection')).toBe('keep-alive');
    await answer.text();
    await app.close();
  });
});
