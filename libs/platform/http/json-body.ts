import { hash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { EncodedBody, ForeignCharset, Malformed } from './http.errors.js';
import { isDeeperThan } from './text.js';

const DEEPEST = 64;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The one body parser: JSON in strict UTF-8, no deeper than 64, without keys that would poison a prototype. An empty
 * body is no body, whatever its content type says: `POST …/stop` is sent both ways. Everything else is 415.
 */
export function acceptJsonBodies(fastify: FastifyInstance): void {
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(/^application\/(?:[\w.-]+\+)?json\b/, { parseAs: 'buffer' }, read);

  function read(request: FastifyRequest, body: Buffer, done: (error: Error | null, value?: unknown) => void) {
    if (isEncoded(request.headers['content-encoding'])) return done(new EncodedBody());
    if (isForeign(request.headers['content-type'])) return done(new ForeignCharset());
    if (request.headers['idempotency-key'] !== undefined) request.bodyHash = hash('sha256', body);
    if (body.length === 0) return done(null, undefined);
    const text = decoded(body);
    if (text === null) return done(new Malformed('The body is not valid UTF-8.'));
    void parse(request, text, (error, value) => {
      if (error) return done(new Malformed('The body is not valid JSON.'));
      done(isDeeperThan(DEEPEST, value) ? new Malformed(`The body is nested deeper than ${DEEPEST}.`) : null, value);
    });
  }
}

function isEncoded(encoding: string | undefined): boolean {
  return encoding !== undefined && encoding.toLowerCase() !== 'identity';
}

/** JSON is UTF-8; a client that says otherwise would have its text read as something it is not. */
function isForeign(type: string | undefined): boolean {
  const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(type ?? '')?.[1];
  return charset !== undefined && !/^(utf-?8|us-ascii)$/i.test(charset);
}

function decoded(body: Buffer): string | null {
  try {
    return utf8.decode(body);
  } catch {
    return null;
  }
}
