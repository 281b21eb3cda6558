import type { Json } from '#libs/kernel/index.js';

/** JSON Schema 2020-12, as OpenAPI 3.1 takes it. */
export type Schema = Readonly<Record<string, Json>>;

export function refTo(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

/** The same, and null. */
export function orNull(schema: Schema): Schema {
  const { type } = schema;
  if (typeof type !== 'string') return { anyOf: [schema, { type: 'null' }] };
  const choices = schema.enum;
  return { ...schema, type: [type, 'null'], ...(Array.isArray(choices) && { enum: [...choices, null] }) };
}
