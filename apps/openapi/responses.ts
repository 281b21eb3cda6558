import { STATUS_CODES } from 'node:http';
import { STATUS } from '#libs/platform/http/index.js';
import type { Handler } from './handlers.js';
import { refTo } from './schema.js';
import type { Told, ToldRefusal } from './sources.js';

const JSON_TYPE = 'application/json';

type Responses = Readonly<Record<string, unknown>>;

/** What every route of a kind may answer, so that no route has to say it. */
const USUAL = {
  counted: ['429 rate.limited'],
  permission: ['401 auth.required', '403 auth.forbidden'],
  body: ['400 request.malformed', '413 request.too-large', '415 request.unsupported-media-type', '422 request.invalid'],
  query: ['422 request.invalid'],
  path: ['404 resource.not-found'],
  idempotent: ['409 idempotency.in-progress', '422 idempotency.key-reused'],
} as const;

/** The success, every refusal by status with its codes, and `default` for whatever else may go wrong. */
export function responsesOf(
  raw: Readonly<Record<string, unknown>>,
  handler: Handler,
  told: Told,
  refusals: ReadonlyMap<string, ToldRefusal>,
): Responses {
  const success = Object.keys(Object(raw.responses))[0] ?? '200';
  const own = handler.refusals.map(({ name }) => {
    const refusal = refusals.get(name);
    if (!refusal)
      throw new Error(`${handler.id} fails with ${name}, which is in no *.errors.ts with a code of its own.`);
    return `${STATUS[refusal.kind]} ${refusal.code}`;
  });
  const { access, idempotent, uncounted } = handler.rules;
  const all = [
    ...(uncounted ? [] : USUAL.counted),
    ...(typeof access === 'object' ? USUAL.permission : []),
    ...(raw.requestBody === undefined ? [] : USUAL.body),
    ...(told.parameters.some((parameter) => parameter.in === 'query') ? USUAL.query : []),
    ...(told.parameters.some((parameter) => parameter.in === 'path') ? USUAL.path : []),
    ...(idempotent ? USUAL.idempotent : []),
    ...own,
  ];
  return { [success]: successOf(handler, told), ...problems(all), default: problem('Any other problem.') };
}

function successOf({ media }: Handler, { answer }: Told): Responses {
  const isJson = media === null ? answer !== null : media === JSON_TYPE;
  const schema = isJson ? (answer ?? { type: 'object' }) : { type: 'string' };
  return { description: 'Success', content: { [media ?? (isJson ? JSON_TYPE : 'text/plain')]: { schema } } };
}

function problems(all: readonly string[]): Responses {
  const byStatus = Map.groupBy([...new Set(all)].toSorted(), (one) => one.slice(0, 3));
  return Object.fromEntries(
    [...byStatus].map(([status, some]) => {
      const codes = some.map((one) => one.slice(4));
      const list = codes.map((code) => `\`${code}\``).join(', ');
      return [status, { ...problem(`${STATUS_CODES[status]}: ${list}`), 'x-codes': codes }];
    }),
  );
}

function problem(description: string): Responses {
  return { description, content: { 'application/problem+json': { schema: refTo('Problem') } } };
}
