import type { Client } from 'pg';
import type { Parts } from './drift.js';

/** A constraint that says no more than NOT NULL is part of its column; newer servers list it as well. */
const PARTS = `
  SELECT 'table ' || c.relname AS name, concat_ws(E'\\n',
    (SELECT string_agg(concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod),
        CASE WHEN a.attnotnull THEN 'NOT NULL' END, pg_get_expr(d.adbin, d.adrelid)), E'\\n' ORDER BY a.attname)
      FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
    (SELECT string_agg(pg_get_constraintdef(k.oid), E'\\n' ORDER BY k.conname)
      FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype <> 'n'),
    (SELECT string_agg(concat_ws(' ', pg_get_triggerdef(t.oid), t.tgenabled), E'\\n' ORDER BY t.tgname)
      FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal)
  ) AS definition
  FROM pg_class c
  WHERE c.relkind = 'r' AND c.relnamespace = quote_ident(current_schema())::regnamespace
    AND c.relname NOT LIKE 'schema\\_migration%'
  UNION ALL
  SELECT 'index ' || c.relname, pg_get_indexdef(c.oid)
  FROM pg_class c
  WHERE c.relkind = 'i' AND c.relnamespace = quote_ident(current_schema())::regnamespace
    AND c.relname NOT LIKE 'schema\\_migration%'
  UNION ALL
  SELECT 'function ' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', md5(p.prosrc)
  FROM pg_proc p
  WHERE p.pronamespace = quote_ident(current_schema())::regnamespace
  ORDER BY name`;
const KEPT = 'SELECT name, definition FROM schema_migration_part';
const NO_TABLE = '42P01';

interface Part {
  readonly name: string;
  readonly definition: string;
}

export async function partsIn(session: Client): Promise<Parts> {
  return mapOf((await session.query<Part>(PARTS)).rows);
}

/** As the last migration left them; none before the first. */
export async function keptPartsIn(session: Client): Promise<Parts> {
  try {
    return mapOf((await session.query<Part>(KEPT)).rows);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === NO_TABLE) return new Map();
    throw error;
  }
}

/** In the transaction that made them. */
export async function keepParts(session: Client): Promise<void> {
  const parts = await partsIn(session);
  await session.query(
    'CREATE TABLE IF NOT EXISTS schema_migration_part (name text COLLATE "C" PRIMARY KEY, definition text NOT NULL)',
  );
  await session.query('DELETE FROM schema_migration_part');
  await session.query(
    'INSERT INTO schema_migration_part (name, definition) SELECT * FROM unnest($1::text[], $2::text[])',
    [[...parts.keys()], [...parts.values()]],
  );
}

function mapOf(parts: readonly Part[]): Parts {
  return new Map(parts.map(({ name, definition }) => [name, definition]));
}
