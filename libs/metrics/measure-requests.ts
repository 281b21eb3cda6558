import type { FastifyInstance } from 'fastify';
import type { RequestDurations } from './request-durations.js';

/** The one hook that measures; it must be laid before any route is. */
export function measureRequests(fastify: FastifyInstance, durations: RequestDurations): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    durations.observe(request.routeOptions.url, request.method, reply.statusCode, reply.elapsedTime / 1_000);
    done();
  });
}
