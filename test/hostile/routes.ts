/** One operation of the API, as its own document describes it. */
export interface Operation {
  readonly method: string;
  /** `/api/v1/teams/{id}`. */
  readonly path: string;
  readonly parameters: readonly { readonly in: 'path' | 'query' | 'header' | 'cookie'; readonly name: string }[];
  /** Every field of its body, `agents.0.agent_id` for those inside; empty without a body. */
  readonly fields: readonly string[];
}

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface Described {
  readonly parameters?: Operation['parameters'];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> };
}

const METHODS = ['get', 'put', 'post', 'delete', 'patch'];

export function operationsOf(document: Document): readonly Operation[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => METHODS.includes(method))
      .map(([method, { parameters = [], requestBody }]) => {
        const schema = requestBody?.content['application/json']?.schema;
        return { method: method.toUpperCase(), path, parameters, fields: schema ? fieldsOf(schema, document, 4) : [] };
      }),
  );
}

function fieldsOf(schema: Schema, document: Document, depth: number): readonly string[] {
  if (depth === 0) return [];
  const named = schema.$ref ? document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] : undefined;
  if (named) return fieldsOf(named, document, depth);
  const alternatives = [...(schema.allOf ?? []), ...(schema.oneOf ?? []), ...(schema.anyOf ?? [])];
  const inside = (child: Schema, name: string) => [
    name,
    ...fieldsOf(child, document, depth - 1).map((one) => `${name}.${one}`),
  ];
  return [
    ...new Set([
      ...alternatives.flatMap((one) => fieldsOf(one, document, depth)),
      ...Object.entries(schema.properties ?? {}).flatMap(([name, child]) => inside(child, name)),
      ...(schema.items ? inside(schema.items, '0') : []),
    ]),
  ];
}

/** A copy of `body` with `value` at `field`; what is missing on the way is made. */
export function withField(body: unknown, field: string, value: unknown): unknown {
  const [head = '', ...rest] = field.split('.');
  const next = (child: unknown): unknown => (rest.length === 0 ? value : withField(child, rest.join('.'), value));
  if (head === '0') {
    const list: unknown[] = Array.isArray(body) ? [...body] : [];
    list[0] = next(list[0]);
    return list;
  }
  const object: Record<string, unknown> = typeof body === 'object' && body !== null ? { ...body } : {};
  object[head] = next(object[head]);
  return object;
}

export function atField(body: unknown, field: string): unknown {
  return field.split('.').reduce<unknown>((value, key) => {
    return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  }, body);
}
