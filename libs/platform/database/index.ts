export { chooseDatabase, type DatabaseChoice, type DatabaseMode, type DatabaseStanding } from './choose-database.js';
export {
  FlagColumn,
  IdColumn,
  InstantColumn,
  JsonColumn,
  SeqColumn,
  TextColumn,
  toFlag,
  WholeColumn,
} from './columns.js';
export type { Entities } from './connect.js';
export { crashPoint } from './crash-point.js';
export { DataFolder } from './data-folder.js';
export {
  DatabaseUnavailable,
  DatabaseUnusable,
  DataFolderInUse,
  DataFolderUnwritable,
  NestedUnit,
  UnitCrossedTurn,
  WriteOutsideUnit,
} from './database.errors.js';
export { Database, type DatabaseOptions } from './database.js';
export { DatabaseModule } from './database.module.js';
export type { Migration, MigrationState } from './migrations.js';
export { insertRow, insertRowIn, type NewRow } from './new-row.js';
export { openDatabase, type ServerDatabase } from './open-database.js';
export { isDuplicate, type Sql, type Statement } from './statements.js';
export { type Turn, UnitOfWork } from './unit-of-work.js';
export type { Tx } from './unit-runner.js';
