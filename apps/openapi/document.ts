import type { INestApplication } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { RouteRules } from '#libs/platform/http/index.js';
import { bounded } from './bounds.js';
import { type Handler, handlersOf } from './handlers.js';
import { type Examples, illustrated } from './illustrate.js';
import { PROBLEM } from './problem.schema.js';
import { responsesOf } from './responses.js';
import { type Schema } from './schema.js';
import type { Sources, Told } from './sources.js';

export interface About {
  readonly title: string;
  readonly version: string;
  readonly description: string;
  /** Every tag that a controller may have, in the order of the document. */
  readonly tags: Readonly<Record<string, string>>;
}

type Shapes = ReadonlyMap<string, new () => object>;
type Operation = Readonly<Record<string, unknown>>;

/**
 * The API document: routes from the running application, access and idempotency from the edge's rules, types and
 * sentences from the source, bounds from the validation. Nothing is said twice, so nothing can say two things.
 */
export async function documentOf(
  app: INestApplication,
  sources: Sources,
  shapes: Shapes,
  about: About,
  examples: Examples,
): Promise<OpenAPIObject> {
  const { DocumentBuilder, SwaggerModule } = await import('@nestjs/swagger');
  const head = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(about.title)
    .setVersion(about.version)
    .setDescription(about.description)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/')
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', description: 'An access token, as `POST /api/v1/auth/login` gives it.' },
      'bearer',
    )
    .addCookieAuth(
      'renum_session',
      { type: 'apiKey', in: 'cookie', description: 'Set by the login; for browsers on the same site.' },
      'session',
    );
  for (const [name, description] of Object.entries(about.tags)) head.addTag(name, description);

  const handlers = handlersOf(app);
  const raw = SwaggerModule.createDocument(app, head.build(), {
    operationIdFactory: (controller, method) => `${controller}.${method}`,
  });
  const components = componentsOf(sources, shapes);
  const unused = new Set(Object.keys(examples));
  const paths: Record<string, Record<string, Operation>> = {};
  for (const [path, item] of Object.entries(raw.paths).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    for (const [verb, operation] of Object.entries(item)) {
      const { handlerId, again } = namesOf(operation.operationId);
      const handler = handlers.get(handlerId);
      const told = sources.handlers.get(handlerId);
      if (!handler || !told) throw new Error(`${verb} ${path} has no handler in the source.`);
      paths[path] ??= {};
      const bare = { operationId: handler.id + again, ...operationOf(operation, handler, told, sources, components) };
      paths[path][verb] = illustrated(bare, examples[handler.id]);
      unused.delete(handler.id);
    }
  }
  if (unused.size > 0) throw new Error(`There are examples of ${[...unused].join(', ')}, and no such operations.`);
  return Object.assign(raw, { paths, components: { ...raw.components, schemas: used(components, paths) } });
}

/** A controller with several addresses has its routes once for each: `Keys.list[0]`, `Keys.list[1]`. */
function namesOf(written: string): { readonly handlerId: string; readonly again: string } {
  const [, handlerId = written, address = '0'] = /^(.+)\[(\d+)\]$/.exec(written) ?? [];
  return { handlerId, again: address === '0' ? '' : `AtAddress${Number(address) + 1}` };
}

function operationOf(
  raw: Operation,
  handler: Handler,
  told: Told,
  sources: Sources,
  components: Components,
): Operation {
  const { access, idempotent, queryToken } = handler.rules;
  const permission = typeof access === 'object' ? access.permission : null;
  const parameters = told.parameters.flatMap((parameter) => {
    if (!('all' in parameter)) return [{ ...parameter, required: parameter.in === 'path' }];
    return fieldsOf(components.get(parameter.all) ?? {});
  });
  return {
    summary: told.summary,
    ...(told.description.length > told.summary.length + 1 && { description: told.description }),
    tags: [handler.tag],
    ...(permission && { 'x-permission': permission }),
    ...(access !== undefined && { security: securityOf(access) }),
    parameters: [...parameters, ...(idempotent ? [IDEMPOTENCY_KEY] : []), ...(queryToken ? [TOKEN] : [])],
    ...(raw.requestBody !== undefined && { requestBody: raw.requestBody }),
    responses: responsesOf(raw, handler, told, sources.refusals),
  };
}

/** Nothing, for whom everybody may call; `{}` first, for what says more to those who show who they are. */
function securityOf(access: NonNullable<RouteRules['access']>): readonly object[] {
  if (access === 'public') return [];
  return [...(access === 'anyone' ? [{}] : []), { bearer: [] }, { session: [] }];
}

const IDEMPOTENCY_KEY = {
  in: 'header',
  name: 'Idempotency-Key',
  required: false,
  description: 'Repeating the request with the same key and body within 24 hours replays the first answer.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};

const TOKEN = {
  in: 'query',
  name: 'token',
  required: false,
  description: 'The access token, for clients that cannot send headers.',
  schema: { type: 'string' },
};

type Components = ReadonlyMap<string, Schema>;

function componentsOf(sources: Sources, shapes: Shapes): Components {
  const components = new Map(
    [...sources.components].map(([name, schema]) => {
      const shape = shapes.get(name);
      return [name, shape ? bounded(schema, shape) : schema] as const;
    }),
  );
  return components.set('Problem', PROBLEM);
}

function fieldsOf({ properties, required }: Schema): readonly Operation[] {
  const needed = Array.isArray(required) ? required : [];
  return Object.entries((properties ?? {}) as Record<string, Schema>).map(([name, property]) => {
    const { description, ...schema } = property;
    return {
      in: 'query',
      name,
      required: needed.includes(name),
      ...(description !== undefined && { description }),
      schema,
    };
  });
}

/** Only what something refers to, in alphabetical order. */
function used(components: Components, paths: object): Record<string, Schema> {
  const names = new Set<string>();
  const visit = (part: unknown): void => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (names.has(name)) continue;
      names.add(name);
      visit(components.get(name) ?? missing(name));
    }
  };
  visit(paths);
  return Object.fromEntries([...names].toSorted().map((name) => [name, components.get(name) ?? {}]));
}

function missing(name: string): never {
  throw new Error(`The document refers to ${name}, which is not exported by any *.views.ts.`);
}
