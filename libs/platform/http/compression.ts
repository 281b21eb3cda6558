import { pipeline, type Readable, type Transform } from 'node:stream';
import {
  brotliCompress,
  constants,
  createBrotliCompress,
  createGzip,
  createZstdCompress,
  gzip,
  zstdCompress,
} from 'node:zlib';
import type { FastifyReply, FastifyRequest, onSendHookHandler } from 'fastify';

const SMALLEST_BYTES = 1024;
const WORTHWHILE = /^(?!text\/event-stream)(?:text\/|application\/(?:[\w.+-]+\+)?(?:json|xml|javascript)|image\/svg)/;
/** Quick settings: an answer is made once and read once. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

type Done = (error: Error | null, packed: Buffer) => void;

interface Encoding {
  readonly name: string;
  readonly pack: (payload: string | Buffer, done: Done) => void;
  readonly stream: () => Transform;
}

/** Ours first, whatever order the caller writes them in: the best ratio that is still quick. */
const ENCODINGS: readonly Encoding[] = [
  {
    name: 'br',
    pack: (payload, done) => brotliCompress(payload, BROTLI, done),
    stream: () => createBrotliCompress(BROTLI),
  },
  { name: 'zstd', pack: (payload, done) => zstdCompress(payload, done), stream: () => createZstdCompress() },
  { name: 'gzip', pack: (payload, done) => gzip(payload, done), stream: () => createGzip() },
];

/**
 * Packs answers above 1 KiB, beside the event loop. Never event streams, and never what is `no-store`: there a secret
 * stands beside words of the caller, and the packed length would tell of it. It is the last hook, so tags and kept
 * answers are those of the unpacked text.
 */
export const compress: onSendHookHandler<unknown> = (request, reply, payload, done) => {
  if (!isWorthwhile(request, reply, payload)) return done();
  reply.header('vary', 'Origin, Accept-Encoding');
  const encoding = encodingFor(request.headers['accept-encoding']);
  if (!encoding) return done();
  reply.header('content-encoding', encoding.name).removeHeader('content-length');
  if (isText(payload)) return encoding.pack(payload, (error, packed) => (error ? done(error) : done(null, packed)));
  // A broken source breaks the answer off; whoever reads it sees that it is not whole.
  done(
    null,
    pipeline(payload, encoding.stream(), () => undefined),
  );
};

/** Null when the caller takes none of ours. An encoding with weight 0 is refused, also by `*;q=0`. */
export function encodingFor(header: string | string[] | undefined): Encoding | null {
  if (header === undefined) return null;
  const weights = new Map<string, number>();
  for (const one of String(header).toLowerCase().split(',')) {
    const [name = '', ...parameters] = one.split(';').map((part) => part.trim());
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    weights.set(name, weight ? Number(weight.slice(2)) : 1);
  }
  return ENCODINGS.find(({ name }) => (weights.get(name) ?? weights.get('*') ?? 0) > 0) ?? null;
}

function isWorthwhile(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): payload is string | Buffer | Readable {
  if (isText(payload) ? payload.length <= SMALLEST_BYTES : !isStream(payload)) return false;
  if (request.method === 'HEAD' || reply.statusCode === 206 || reply.hasHeader('content-encoding')) return false;
  if (reply.getHeader('cache-control') === 'no-store') return false;
  return WORTHWHILE.test(String(reply.getHeader('content-type')));
}

function isText(payload: unknown): payload is string | Buffer {
  return typeof payload === 'string' || Buffer.isBuffer(payload);
}

function isStream(payload: unknown): payload is Readable {
  return typeof payload === 'object' && payload !== null && 'pipe' in payload && typeof payload.pipe === 'function';
}
