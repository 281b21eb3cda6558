import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import { AppError, type ErrorKind, type FieldErrors } from '#libs/kernel/index.js';

/** The one place where the domain's ways of saying no become HTTP. */
export const STATUS = {
  invalid: 422,
  malformed: 400,
  broken: 400,
  unauthenticated: 401,
  missing: 404,
  forbidden: 403,
  conflict: 409,
  gone: 410,
  'too-large': 413,
  unsupported: 415,
  limited: 429,
  unavailable: 503,
  unimplemented: 501,
} as const satisfies Record<ErrorKind, number>;

/** RFC 9457 and the shape older clients know, in one. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: string;
  readonly message: string;
  readonly errors?: FieldErrors;
  readonly trace_id: string;
}

/** What an answer needs to know of a thrown thing. `fault` is set when the failure is ours and must be logged. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors?: FieldErrors;
  readonly retryAfterSeconds?: number;
  readonly fault?: unknown;
}

const BY_STATUS: Readonly<Record<number, readonly [code: string, detail: string]>> = {
  400: ['request.malformed', 'The request is malformed.'],
  401: ['auth.required', 'Sign in, or send a valid bearer token.'],
  403: ['auth.forbidden', 'You may not do this.'],
  404: ['route.not-found', 'There is no such route.'],
  405: ['route.method', 'This route does not know the method.'],
  408: ['request.timeout', 'The request took too long to arrive.'],
  409: ['request.conflict', 'The request conflicts with the current state.'],
  410: ['resource.gone', 'This is gone.'],
  413: ['request.too-large', 'The body is too large.'],
  414: ['request.uri-too-long', 'The address is too long.'],
  415: ['request.unsupported-media-type', 'Send the body as application/json.'],
  422: ['request.invalid', 'Validation failed.'],
  429: ['request.limited', 'Too many requests.'],
  431: ['request.headers-too-large', 'The headers are too large.'],
  501: ['server.unimplemented', 'This is not built.'],
  503: ['server.unavailable', 'The service is not available right now.'],
};

/** Seconds a caller is asked to wait when nobody knows better. */
const PATIENCE: Readonly<Record<number, number>> = { 429: 1, 503: 5 };

export function refusalOf(thrown: unknown): Refusal {
  if (thrown instanceof AppError) return ofAppError(thrown);
  if (thrown instanceof HttpException) return ofHttpException(thrown);
  const status = statusIn(thrown);
  return status !== null && status < 500 ? ofStatus(status) : ofFault(thrown);
}

export function problemOf(refusal: Refusal, instance: string, traceId: string): Problem {
  const { status, code, detail, errors } = refusal;
  return {
    type: `urn:renum:${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    instance,
    code,
    message: errors ? 'Validation failed' : detail,
    ...(errors && { errors }),
    trace_id: traceId,
  };
}

function ofAppError(error: AppError): Refusal {
  const status = STATUS[error.kind];
  const wait = error.retryAfterSeconds ?? PATIENCE[status];
  return {
    status,
    code: error.code,
    detail: error.message,
    ...(error.errors && { errors: error.errors }),
    ...(wait !== undefined && { retryAfterSeconds: Math.max(1, Math.ceil(wait)) }),
  };
}

function ofHttpException(exception: HttpException): Refusal {
  const status = exception.getStatus();
  if (status >= 500) return BY_STATUS[status] ? { ...ofStatus(status), fault: exception } : ofFault(exception);
  const body = exception.getResponse();
  const said = typeof body === 'string' ? body : Reflect.get(body, 'message');
  // What a framework words itself may hold addresses and internals; only a thrower's own plain sentence is passed on.
  const own = exception.cause === undefined && typeof said === 'string' && status !== 404;
  return own ? { ...ofStatus(status), detail: said } : ofStatus(status);
}

function ofStatus(status: number): Refusal {
  const [code, detail] = BY_STATUS[status] ?? [`request.http-${status}`, STATUS_CODES[status] ?? 'The request failed.'];
  const wait = PATIENCE[status];
  return { status, code, detail, ...(wait !== undefined && { retryAfterSeconds: wait }) };
}

function ofFault(thrown: unknown): Refusal {
  const detail = 'Something went wrong on our side. The trace id finds it in the log.';
  return { status: 500, code: 'server.error', detail, fault: thrown };
}

function statusIn(thrown: unknown): number | null {
  if (typeof thrown !== 'object' || thrown === null || !('statusCode' in thrown)) return null;
  const { statusCode } = thrown;
  return typeof statusCode === 'number' && statusCode >= 400 ? statusCode : null;
}
