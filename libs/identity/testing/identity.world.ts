import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Clock, ManualClock } from '#libs/kernel/index.js';
import { ConfigurationModule, loadConfig } from '#libs/platform/config/index.js';
import { type Database, DatabaseModule } from '#libs/platform/database/index.js';
import { testDatabase } from '#libs/platform/database/testing/test-database.js';
import { createHttpApp, EdgeModule } from '#libs/platform/http/index.js';
import { KeyRing, openKeyRing, SecretsModule } from '#libs/platform/secrets/index.js';
import { SecurityModule, securityEntities } from '#libs/security/index.js';
import { migrations } from '#migrations/index.js';
import { IdentityModule, identityEntities } from '../index.js';

export interface IdentityWorld {
  readonly app: NestFastifyApplication;
  readonly database: Database;
  readonly clock: ManualClock;
  readonly url: string;
  readonly dataDir: string;
  close(): Promise<void>;
}

@Global()
@Module({})
class TimeModule {
  static of(clock: ManualClock): DynamicModule {
    return { module: TimeModule, providers: [{ provide: Clock, useValue: clock }], exports: [Clock] };
  }
}

/** Identity behind the real edge, on a database of its own and a clock the test moves. `dataDir` may outlive a world. */
export async function identityWorld(env: Record<string, string> = {}, keptDataDir?: string): Promise<IdentityWorld> {
  const dataDir = keptDataDir ?? mkdtempSync(join(tmpdir(), 'renum-identity-'));
  const config = loadConfig({ env: { RENUM_ENV: 'test', ...env, RENUM_DATA_DIR: dataDir }, cwd: dataDir });
  const clock = new ManualClock(Date.now());
  const database = await testDatabase({ entities: [...identityEntities, ...securityEntities], migrations });
  const ring: KeyRing = openKeyRing(config.secretKeys, dataDir);
  @Module({
    imports: [
      ConfigurationModule.forRoot(config),
      DatabaseModule.of(database),
      SecretsModule.of(ring),
      TimeModule.of(clock),
      SecurityModule,
      EdgeModule,
      IdentityModule,
    ],
  })
  class World {}
  const app = await createHttpApp(World, { corsOrigins: config.http.corsOrigins, logger: false });
  await app.listen(0, '127.0.0.1');
  return {
    app,
    database,
    clock,
    dataDir,
    url: await app.getUrl(),
    close: async () => {
      await app.close();
      if (!keptDataDir) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
