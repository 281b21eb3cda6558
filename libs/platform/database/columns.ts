import { Column, type ColumnOptions, PrimaryColumn, type ValueTransformer } from 'typeorm';
import type { Json } from '#libs/kernel/index.js';

type Portable = Pick<ColumnOptions, 'name' | 'nullable' | 'default' | 'update'>;

/** PostgreSQL returns 64-bit integers as text. */
export const wholeNumber: ValueTransformer = {
  to: (value: number | null | undefined) => value,
  from: (value: number | string | null) => (value === null ? null : Number(value)),
};

export const jsonText: ValueTransformer = {
  to: (value: Json | undefined) => (value === undefined || value === null ? value : JSON.stringify(value)),
  from: (value: string | null) => (value === null ? null : JSON.parse(value)),
};

const jsonValue: ValueTransformer = {
  to: (value: Json | undefined) => (value === undefined ? value : JSON.stringify(value)),
  from: (value: string) => JSON.parse(value),
};

/** Our own UUID (version 7, so rows lie in order of birth). */
export function IdColumn(options: Pick<ColumnOptions, 'name'> = {}): PropertyDecorator {
  return PrimaryColumn({ ...options, type: 'varchar', length: 36 });
}

/** A number that the database counts up, in the order in which rows are inserted. */
export function SeqColumn(): PropertyDecorator {
  return PrimaryColumn({ type: 'bigint', transformer: wholeNumber });
}

/** A moment as milliseconds since 1970 (UTC). */
export function InstantColumn(options: Portable = {}): PropertyDecorator {
  return Column({ ...options, type: 'bigint', transformer: wholeNumber });
}

/** A whole number up to 2^53: counts, sizes, micro-dollars. */
export function WholeColumn(options: Portable = {}): PropertyDecorator {
  return Column({ ...options, type: 'bigint', transformer: wholeNumber });
}

/** Anything that survives JSON; `null` is stored as NULL. Not typed as `Json`, in whose recursion TypeORM's types do not end. */
export function JsonColumn(options: Portable = {}): PropertyDecorator {
  return Column({ ...options, type: 'text', transformer: jsonText });
}

/** As `JsonColumn`, in a column that is never NULL: `null` is stored as the JSON value that it is. */
export function JsonValueColumn(options: Pick<ColumnOptions, 'name' | 'update'> = {}): PropertyDecorator {
  return Column({ ...options, type: 'text', transformer: jsonValue });
}

export function FlagColumn(options: Portable = {}): PropertyDecorator {
  return Column({ ...options, type: 'boolean' });
}

export function TextColumn(options: Portable = {}): PropertyDecorator {
  return Column({ ...options, type: 'text' });
}
