export {
  chooseDatabase,
  type DatabaseChoice,
  type DatabaseMode,
  type DatabaseStanding,
  type LocalChoice,
} from './choose-database.js';
export {
  FlagColumn,
  IdColumn,
  InstantColumn,
  JsonColumn,
  JsonValueColumn,
  SeqColumn,
  TextColumn,
  WholeColumn,
} from './columns.js';
export { crashPoint } from './crash-point.js';
export { DataFolder } from './data-folder.js';
export {
  DatabaseInUse,
  DatabaseUnavailable,
  DataFolderInUse,
  OutcomeUnknown,
} from './database.errors.js';
export { Database, type DatabaseOptions, type Entities } from './database.js';
export { DatabaseModule } from './database.module.js';
export type { Migration, MigrationState, Migrations, SchemaStanding } from './migrations.js';
export { insertRowAlone, insertRowIn, type NewRow } from './new-row.js';
export { openDatabase, openPostgres, type ServerDatabase } from './open-database.js';
export type { Flag, Value } from './portable.js';
export { PostgresDatabase, type PostgresOptions } from './postgres.database.js';
export type { Parameter } from './postgres.statements.js';
export { Remembered } from './remembered.js';
export { SqliteDatabase } from './sqlite.database.js';
export type { Turn } from './sqlite.unit-of-work.js';
export type { Sql, Statement } from './statements.js';
export { type Tx, UnitOfWork } from './unit-of-work.js';
export { type ChangedRows, type GoneRows, type Write, writeAll } from './write.js';
