import { access, constants } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { DatabaseDependency, DiskDependency, RuntimeDependency } from '#libs/health/index.js';
import { ConfigurationProblems, loadConfig, type RenumConfig } from '#libs/platform/config/index.js';
import { DataFolder } from '#libs/platform/database/index.js';
import { type Checkup, checkupOf, fine, problem } from './checkup.js';
import { told } from './failure.js';
import { Installation } from './installation.js';
import type { Terminal } from './terminal.js';

/** Looks at everything a server here would need. Makes nothing and may run beside one. */
export async function examine(terminal: Terminal): Promise<readonly Checkup[]> {
  const runtime = new RuntimeDependency();
  const first = checkupOf(runtime.name, runtime.check());
  const config = configured(terminal);
  if (!('environment' in config)) return [first, config];

  const folder = await nearest(config.dataDir);
  const disk = new DiskDependency(folder);
  return [
    first,
    configuration(config),
    await dataFolder(config, folder),
    checkupOf(disk.name, await disk.check()),
    await database(config, terminal),
    await port(config),
  ];
}

function configured({ env, cwd }: Terminal): RenumConfig | Checkup {
  try {
    return loadConfig({ env, cwd });
  } catch (error) {
    if (!(error instanceof ConfigurationProblems)) throw error;
    return problem('configuration', '', { because: error.message, impact: 'No server starts with it.', fix: [] });
  }
}

function configuration({ environment, notYetInEffect }: RenumConfig): Checkup {
  if (notYetInEffect.length === 0) return fine('configuration', environment);
  const trouble = { because: notYetInEffect.join('\n'), impact: 'It is accepted and does nothing yet.', fix: [] };
  return { name: 'configuration', state: 'advice', found: environment, trouble };
}

async function dataFolder({ dataDir }: RenumConfig, existing: string): Promise<Checkup> {
  try {
    await access(existing, constants.W_OK | constants.X_OK);
  } catch (error) {
    return problem('data folder', dataDir, {
      because: told(error),
      impact: 'Nothing can be kept: a server ends with 78, or keeps its records in memory where that harms nobody.',
      fix: [`Make ${existing} writable for this user, or set RENUM_DATA_DIR.`],
    });
  }
  const pid = DataFolder.holder(dataDir);
  if (existing !== dataDir) return fine('data folder', `${dataDir} (made at the first start)`);
  return fine('data folder', pid === null ? dataDir : `${dataDir} (a server lives there, pid ${pid})`);
}

async function database({ database: { mode }, dataDir }: RenumConfig, terminal: Terminal): Promise<Checkup> {
  if (mode === 'ephemeral') {
    const impact = 'Everything is lost when the server ends.';
    const trouble = { because: 'DATABASE_URL is memory:.', impact, fix: ['Unset it to keep everything on disk.'] };
    return { name: 'database', state: 'advice', found: mode, trouble };
  }
  const installation = Installation.at(terminal);
  if (!installation.hasDatabase) return fine('database', `${mode} (made at the first start)`);
  try {
    return await installation.beside(async (open) => {
      const checkup = checkupOf('database', await new DatabaseDependency(open, mode).check());
      const missing = (await open.migrations.status()).filter(({ appliedAt }) => appliedAt === null).length;
      const schema = missing === 0 ? 'schema up to date' : `${missing} changes of the schema come with the next start`;
      const disk = open.fsyncMs === null ? '' : `, ${open.fsyncMs.toFixed(2)} ms to make a write safe`;
      return { ...checkup, found: `${mode}, ${schema}${disk}` };
    });
  } catch (error) {
    const fix = [
      mode === 'postgres'
        ? 'Look whether PostgreSQL runs there, and whether DATABASE_URL names the right user, password and database.'
        : `Look whether ${dataDir} holds another program's file, or restore a backup.`,
    ];
    return problem('database', mode, { because: told(error), impact: 'No server starts on it.', fix });
  }
}

async function port({ http, dataDir }: RenumConfig): Promise<Checkup> {
  const place = `${http.host}:${http.port}`;
  const refusal = await new Promise<Error | null>((resolve) => {
    const listener = createServer();
    listener.once('error', resolve);
    listener.listen(http.port, http.host, () => listener.close(() => resolve(null)));
  });
  if (refusal === null) return fine('port', http.port === 0 ? 'any that is free' : `${place} is free`);
  if (DataFolder.holder(dataDir) !== null) return fine('port', `${place} is taken while the server runs`);
  return problem('port', place, {
    because: refusal.message,
    impact: 'A server cannot listen there.',
    fix: ['End the other program, or set PORT and HOST.'],
  });
}

/** The folder itself, or the nearest one above it that exists. */
async function nearest(folder: string): Promise<string> {
  try {
    await access(folder);
    return folder;
  } catch {
    return dirname(folder) === folder ? folder : nearest(dirname(folder));
  }
}
