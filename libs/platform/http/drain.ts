import type { FastifyInstance } from 'fastify';

const LOOK_EVERY_MS = 100;

/**
 * While the server closes, answers under way say that their connection ends, and connections that fell idle without
 * having been told are ended: otherwise each of them would hold the close up for as long as it may be kept alive.
 */
export function sayGoodbyeWhileClosing(fastify: FastifyInstance): void {
  let looking: NodeJS.Timeout | undefined;
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    if (looking) reply.header('connection', 'close');
    done();
  });
  fastify.addHook('preClose', (done) => {
    looking = setInterval(() => fastify.server.closeIdleConnections(), LOOK_EVERY_MS);
    done();
  });
  fastify.addHook('onClose', (_fastify, done) => {
    clearInterval(looking);
    done();
  });
}
