// `npm run openapi`: writes docs/openapi.json from the source and the built program; with --check it only compares.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import ts from 'typescript';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const FILE = 'docs/openapi.json';

const { ABOUT, documentOf, readSources } = await import('../dist/apps/openapi/index.js');
const { serve } = await import('../dist/apps/server/serve.js');
const { VERSION } = await import('../dist/apps/server/version.js');

const config = ts.getParsedCommandLineOfConfigFile(
  'tsconfig.build.json',
  {},
  { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail },
);
const sources = readSources(ts, ts.createProgram({ rootNames: config.fileNames, options: config.options }));
const text = `${JSON.stringify(await document(), null, 2)}\n`;

if (!values.check) writeFileSync(FILE, text);
else if (readFileSync(FILE, 'utf8') !== text) {
  writeFileSync('dist/openapi.json', text);
  console.error(`${FILE} is not what the program says (see dist/openapi.json): npm run openapi`);
  process.exitCode = 1;
}

async function document() {
  const dataDir = mkdtempSync(join(tmpdir(), 'renum-openapi-'));
  const env = { RENUM_ENV: 'test', PORT: '0', LOG_LEVEL: 'silent', DATABASE_URL: 'memory:', RENUM_DATA_DIR: dataDir };
  const server = await serve({ env, out: { write: () => undefined }, folder: '.' });
  try {
    return await documentOf(server.app, sources, await shapes(), { ...ABOUT, version: VERSION });
  } finally {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** The classes of every *.views.ts as they run, by name: they carry the rules of the validation. */
async function shapes() {
  const files = config.fileNames.filter((name) => name.endsWith('.views.ts'));
  const modules = await Promise.all(
    files.map((file) => import(`../dist/${relative('.', file).replace(/\.ts$/, '.js')}`)),
  );
  return new Map(modules.flatMap((exports) => Object.entries(exports).filter(([, one]) => typeof one === 'function')));
}

function fail(diagnostic) {
  throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'));
}
