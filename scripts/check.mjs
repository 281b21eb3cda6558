// `npm run check`: every checker side by side, each quiet unless it has a finding. Ends 1 when one has.
// Names on the command line choose some of them: `npm run check -- types style`.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

const sources = ['apps', 'libs', 'migrations', 'test', 'bench'].filter((folder) => existsSync(folder));

const CHECKS = {
  types: ['tsc', '--noEmit', '--incremental', '--tsBuildInfoFile', 'dist/.checked.tsbuildinfo'],
  style: ['biome', 'ci', '--colors=off', '--error-on-warnings', '.'],
  promises: ['oxlint', '--type-aware', '--deny-warnings'],
  architecture: ['depcruise', '--config', 'architecture.cjs', '--output-type', 'err', ...sources],
  purity: ['node', 'scripts/purity.mjs'],
  'dead code': ['knip', '--no-progress', '--no-config-hints'],
  lockfile: ['node', 'scripts/complete-lockfile.mjs', '--check'],
};

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in CHECKS));
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(', ')}. There are: ${Object.keys(CHECKS).join(', ')}`);
  process.exit(2);
}

const names = chosen.length > 0 ? chosen : Object.keys(CHECKS);
const findings = await Promise.all(names.map(check));
process.exitCode = findings.some(Boolean) ? 1 : 0;

async function check(name) {
  const [program, ...args] = CHECKS[name];
  const began = Date.now();
  const { code, output } = await run(program, args);
  const seconds = ((Date.now() - began) / 1000).toFixed(1).padStart(5);
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${seconds} s  ${name}`);
  if (code !== 0) console.log(output.trimEnd().replaceAll(/^/gm, '    '));
  return code !== 0;
}

function run(program, args) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PATH: `node_modules/.bin:${process.env.PATH}`, NO_COLOR: '1', FORCE_COLOR: '0' },
    });
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.on('error', (error) => resolve({ code: 1, output: String(error) }));
    child.on('close', (code) => resolve({ code, output: Buffer.concat(chunks).toString() }));
  });
}
