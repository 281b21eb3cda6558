import { getMetadataStorage } from 'class-validator';
import type { Json } from '#libs/kernel/index.js';
import type { Schema } from './schema.js';

type Constraints = readonly unknown[];
type Rule = (constraints: Constraints) => Readonly<Record<string, unknown>>;

/** What each rule of the validation says in the words of JSON Schema; a rule that is not here has no such word. */
const RULES: Readonly<Record<string, Rule>> = {
  isInt: () => ({ type: 'integer' }),
  min: ([minimum]) => ({ minimum }),
  max: ([maximum]) => ({ maximum }),
  minLength: ([minLength]) => ({ minLength }),
  maxLength: ([maxLength]) => ({ maxLength }),
  isLength: ([minLength, maxLength]) => ({ minLength, ...(maxLength !== undefined && { maxLength }) }),
  matches: ([pattern]) => (pattern instanceof RegExp && pattern.flags === '' ? { pattern: pattern.source } : {}),
  isIn: ([values]) => (Array.isArray(values) ? { enum: values } : {}),
  isUuid: () => ({ format: 'uuid' }),
  isIso8601: () => ({ format: 'date-time' }),
  arrayNotEmpty: () => ({ minItems: 1 }),
  arrayMinSize: ([minItems]) => ({ minItems }),
  arrayMaxSize: ([maxItems]) => ({ maxItems }),
  arrayUnique: () => ({ uniqueItems: true }),
};

/** How the library marks `@IsOptional` and `@ValidateIf`. */
const OPTIONAL = 'conditionalValidation';

/** The schema with the bounds that the class's own validation rules set: they are stated once, where they are enforced. */
export function bounded(schema: Schema, shape: new () => object): Schema {
  const properties = { ...(schema.properties as Record<string, Schema>) };
  const required = new Set(schema.required as string[] | undefined);
  for (const rule of getMetadataStorage().getTargetValidationMetadatas(shape, '', false, false)) {
    const { propertyName, name = '', constraints, each, type } = rule;
    const property = properties[propertyName];
    if (!property) continue;
    if (type === OPTIONAL) required.delete(propertyName);
    const words = RULES[name]?.(constraints ?? []) as Record<string, Json> | undefined;
    if (words) properties[propertyName] = each ? withItems(property, words) : merged(property, words);
  }
  const { required: _, ...rest } = schema;
  return { ...rest, properties, ...(required.size > 0 && { required: [...required] }) };
}

function withItems(property: Schema, words: Schema): Schema {
  return { ...property, items: merged(property.items as Schema, words) };
}

/** A type that may be null stays so; its choices too. */
function merged(property: Schema, words: Schema): Schema {
  const isNullable = Array.isArray(property.type) && property.type.includes('null');
  const { type, enum: choices, ...others } = words;
  return {
    ...property,
    ...others,
    ...(type !== undefined && { type: isNullable ? [type, 'null'] : type }),
    ...(Array.isArray(choices) && { enum: isNullable ? [...choices, null] : choices }),
  };
}
