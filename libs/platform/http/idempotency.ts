import { Logger } from '@nestjs/common';
import type { FastifyReply, onSendAsyncHookHandler, preHandlerAsyncHookHandler } from 'fastify';
import { crashPoint } from '#libs/platform/database/index.js';
import { KeyInUse, KeyInvalid, KeyReused } from './http.errors.js';
import { pathOf } from './problem.filter.js';
import { currentRequest } from './request-context.js';

/** One caller's use of one key on one address. */
export interface IdempotencyKey {
  readonly scope: string;
  readonly key: string;
}

/** An answer as it was given, to be given again. */
export interface StoredAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type Claim =
  | { readonly kind: 'fresh'; readonly resourceId: string }
  | { readonly kind: 'replay'; readonly answer: StoredAnswer }
  | { readonly kind: 'reused' }
  | { readonly kind: 'busy' };

/** Remembers keys for 24 hours. Of two callers with one key at the same moment, exactly one gets `fresh`. */
export abstract class IdempotencyStore {
  /** A claim whose process died is handed out again with the same `resourceId`. */
  abstract claim(key: IdempotencyKey, bodyHash: string): Promise<Claim>;

  abstract complete(key: IdempotencyKey, answer: StoredAnswer): Promise<void>;

  /** Gives the key back. With `keepId` a later try gets the same `resourceId`: the failed one may have created it. */
  abstract release(key: IdempotencyKey, keepId: boolean): Promise<void>;
}

declare module 'fastify' {
  interface FastifyRequest {
    claim: IdempotencyKey | null;
  }
}

const KEY = /^[\x20-\x7e]{1,255}$/;
const KEPT_HEADERS = ['content-type', 'location', 'renum-durability', 'preference-applied'];

/** The two hooks of an `@Idempotent()` route. Requests without a key pass them for the price of one look. */
export function idempotencyHooks(store: () => IdempotencyStore): {
  preHandler: preHandlerAsyncHookHandler;
  onSend: onSendAsyncHookHandler;
} {
  const log = new Logger('idempotency');

  async function end(key: IdempotencyKey, reply: FastifyReply, payload: unknown): Promise<void> {
    const status = reply.statusCode;
    const isKept = (status >= 200 && status < 300) || status === 400 || status === 409;
    const isText = typeof payload === 'string' || payload === undefined || payload === null;
    if (!isKept || !isText) return store().release(key, status >= 500);
    crashPoint('idempotency.before-kept');
    await store().complete(key, { status, headers: keptHeaders(reply), body: payload ?? '' });
  }

  return {
    preHandler: async (request, reply) => {
      const header = request.headers['idempotency-key'];
      if (header === undefined) return;
      if (typeof header !== 'string' || !KEY.test(header)) throw new KeyInvalid();
      const key = { scope: `${request.actor?.id ?? '-'} ${request.method} ${pathOf(request.url)}`, key: header };
      const claim = await store().claim(key, request.bodyHash);
      switch (claim.kind) {
        case 'fresh': {
          request.claim = key;
          const context = currentRequest();
          if (context) context.claimedId = claim.resourceId;
          return;
        }
        case 'replay':
          reply.headers(claim.answer.headers).header('idempotency-replayed', 'true');
          return reply.code(claim.answer.status).send(claim.answer.body);
        case 'reused':
          throw new KeyReused();
        case 'busy':
          throw new KeyInUse();
      }
    },
    onSend: async (request, reply, payload) => {
      const { claim } = request;
      if (!claim) return;
      request.claim = null;
      try {
        await end(claim, reply, payload);
      } catch (error) {
        // What the handler did is done: a failure to remember it must not become a failure of the call.
        log.error(`answer not kept: ${String(error)} (request ${request.id})`);
      }
    },
  };
}

function keptHeaders(reply: FastifyReply): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of KEPT_HEADERS) {
    const value = reply.getHeader(name);
    if (value !== undefined) kept[name] = String(value);
  }
  return kept;
}
