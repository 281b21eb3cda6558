import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { HealthWatch, Lifecycle } from '#libs/health/index.js';
import { measureRequests, RequestDurations } from '#libs/metrics/index.js';
import { loadConfig, type RenumConfig } from '#libs/platform/config/index.js';
import { type Database, openDatabase } from '#libs/platform/database/index.js';
import { createHttpApp, currentRequest } from '#libs/platform/http/index.js';
import { FrameworkLog, Log } from '#libs/platform/log/index.js';
import { openKeyRing } from '#libs/platform/secrets/index.js';
import { migrations } from '#migrations/index.js';
import { entities } from './entities.js';
import { firstStart } from './first-start.js';
import { HeldLines, type Lines } from './output.js';
import { RunningServer } from './running-server.js';
import { ServerModule } from './server.module.js';
import { type Welcome, welcomeText } from './welcome.js';

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: Lines;
  /** Where is said what cannot wait until the server listens. */
  readonly err?: Lines;
  /** Where the program is installed: the folder of its `package.json`. */
  readonly folder: string;
  /** Awaited once, when everything is loaded and nobody is served yet. */
  readonly whenLoaded?: () => Promise<void>;
}

export type Start = (surroundings: Surroundings) => Promise<RunningServer>;

/**
 * Everything from configuration to the first line on `out`: claims the data folder, opens and migrates the database,
 * builds the application, listens, warms up. Throws what the operator must read; then nothing is left open.
 */
export async function serve({ env, out, err, folder, whenLoaded }: Surroundings): Promise<RunningServer> {
  const config = loadConfig({ env });
  const held = new HeldLines(out);
  const log = await Log.open({ ...config.log, requestId: () => currentRequest()?.requestId, to: held });
  try {
    for (const sentence of config.notYetInEffect) log.warn(`not yet in effect: ${sentence}`);
    const database = await open(config, log, (message) => err?.write(`renum: ${message}\n`));
    const { reason, lost } = database.standing;
    if (reason) log.warn(`records live in memory (${reason}): ${lost.join('; ')} will be lost`);
    const app = await build(config, log, database, folder);
    const { url, welcome } = await begin(app, config, whenLoaded);
    // In one piece: whoever waits for the first line has the rest as well.
    held.release(`renum listening on ${url} pid ${process.pid}\n${welcome ? welcomeText(welcome, url) : ''}`);
    return new RunningServer(app, config, url);
  } catch (error) {
    held.release();
    throw error;
  }
}

function open(config: RenumConfig, log: Log, onWait: (message: string) => void): Promise<Database> {
  return openDatabase({
    url: config.database.url,
    dataDir: config.dataDir,
    env: config.environment,
    entities,
    migrations,
    onBug: (bug) => log.error(bug.message, { err: bug }),
    onTrouble: (error) => log.warn(`a session of the database was lost: ${error.message}`),
    onWait,
  });
}

async function build(
  config: RenumConfig,
  log: Log,
  database: Database,
  folder: string,
): Promise<NestFastifyApplication> {
  const durations = new RequestDurations();
  try {
    const keys = openKeyRing(config.secretKeys, database.mode === 'ephemeral' ? null : config.dataDir);
    return await createHttpApp(ServerModule.on({ config, log, keys, database, durations, folder }), {
      corsOrigins: config.http.corsOrigins.includes('localhost') ? 'localhost' : config.http.corsOrigins,
      trustProxy: config.http.trustProxy,
      logger: new FrameworkLog(log),
      prepare: (app) => measureRequests(app.getHttpAdapter().getInstance(), durations),
    });
  } catch (error) {
    await database.close();
    throw error;
  }
}

interface Begun {
  readonly url: string;
  readonly welcome: Welcome | null;
}

/** Who administers is settled before the first stranger can call; ready is said when everything was looked at once. */
async function begin(
  app: NestFastifyApplication,
  config: RenumConfig,
  whenLoaded: Surroundings['whenLoaded'],
): Promise<Begun> {
  try {
    const welcome = await firstStart(app, config);
    await whenLoaded?.();
    const url = await listen(app, config);
    await app.get(HealthWatch).start();
    app.get(Lifecycle).started();
    return { url, welcome };
  } catch (error) {
    await app.close();
    throw error;
  }
}

async function listen(app: NestFastifyApplication, { http }: RenumConfig): Promise<string> {
  await app.listen(http.port, http.host);
  const address = app.getHttpServer().address();
  const port = typeof address === 'object' && address ? address.port : http.port;
  return `http://${http.host.includes(':') ? `[${http.host}]` : http.host}:${port}`;
}
