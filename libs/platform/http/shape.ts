import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import { getMetadataStorage } from 'class-validator';
import { type FieldReader, readerOf } from './read-by.js';

// biome-ignore lint/complexity/noBannedTypes: decorators speak of classes as Function
export type Shape = Function;

/** A field that a class declares by its validation decorators: what has none is unknown and dropped. */
export interface Field {
  readonly name: string;
  /** What the property is declared as: String, Number, Boolean, Array, or another class. */
  readonly declared: unknown;
  /** The class of the nested object or of each element, if `@Type` names one. */
  readonly nested: Shape | null;
  /** What reads the whole field, if `@ReadBy` names it. */
  readonly read: FieldReader | null;
}

const known = new WeakMap<Shape, readonly Field[]>();

export function fieldsOf(shape: Shape): readonly Field[] {
  const found = known.get(shape);
  if (found) return found;
  const rules = getMetadataStorage().getTargetValidationMetadatas(shape, '', false, false);
  const names = [...new Set(rules.map(({ propertyName }) => propertyName))];
  const fields = names.map((name): Field => {
    const type = defaultMetadataStorage.findTypeMetadata(shape, name);
    return {
      name,
      declared: Reflect.getMetadata('design:type', shape.prototype, name),
      nested: type?.typeFunction() ?? null,
      read: readerOf(shape.prototype, name),
    };
  });
  known.set(shape, fields);
  return fields;
}
