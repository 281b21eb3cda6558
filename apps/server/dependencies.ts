import {
  DatabaseDependency,
  type Dependency,
  DiskDependency,
  RuntimeDependency,
  SchemaDependency,
} from '#libs/health/index.js';
import type { RenumConfig } from '#libs/platform/config/index.js';
import type { Database } from '#libs/platform/database/index.js';

/** What this server needs, in the order in which `/health` shows it. */
export function dependenciesOf(config: RenumConfig, database: Database): readonly Dependency[] {
  return [
    new DatabaseDependency(database, config.database.mode),
    new SchemaDependency(database),
    ...(database.mode === 'embedded' ? [new DiskDependency(config.dataDir)] : []),
    new RuntimeDependency(),
  ];
}
