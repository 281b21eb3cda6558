// `npm run openapi`: writes docs/openapi.json from the source and the built program.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import ts from 'typescript';

const { generate } = await import('../dist/apps/openapi/index.js');
const { serve } = await import('../dist/apps/server/serve.js');
const { VERSION } = await import('../dist/apps/server/version.js');

const dataDir = mkdtempSync(join(tmpdir(), 'renum-openapi-'));
const server = await serve({
  env: { RENUM_ENV: 'test', PORT: '0', LOG_LEVEL: 'silent', DATABASE_URL: 'memory:', RENUM_DATA_DIR: dataDir },
  out: { write: () => undefined },
  folder: '.',
});
try {
  const document = await generate({
    app: server.app,
    version: VERSION,
    ts,
    config: 'tsconfig.build.json',
    load: (file) => import(`../dist/${relative('.', file).replace(/\.ts$/, '.js')}`),
  });
  writeFileSync('docs/openapi.json', `${JSON.stringify(document, null, 2)}\n`);
} finally {
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
