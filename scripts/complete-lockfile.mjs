// Adds to package-lock.json the platform builds that npm left out because its registry does not offer them. Such an
// entry is never installed here (its os and cpu differ), but `npm ci` refuses a lockfile without it.
// Run it after every `npm install`; with --check it only reports and ends 1 when something is missing.
import { readFileSync, writeFileSync } from 'node:fs';

const OPERATING_SYSTEMS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));
const missing = absent(lock.packages);

if (process.argv.includes('--check')) {
  for (const [path] of missing) console.log(`package-lock.json lacks ${path.replace('node_modules/', '')}`);
  if (missing.size > 0) console.log('Run: node scripts/complete-lockfile.mjs');
  process.exitCode = missing.size > 0 ? 1 : 0;
} else if (missing.size > 0) {
  const [root, ...rest] = [...Object.entries(lock.packages), ...missing];
  rest.sort(([a], [b]) => a.localeCompare(b, 'en'));
  lock.packages = Object.fromEntries([root, ...rest]);
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`package-lock.json: ${missing.size} platform builds added`);
}

/** Optional packages that some entry names and no entry describes, as stubs by their path. */
function absent(packages) {
  const stubs = new Map();
  for (const [path, entry] of Object.entries(packages))
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {}))
      if (!resolves(packages, path, name)) stubs.set(`node_modules/${name}`, stub(name, version, entry));
  return stubs;
}

/** Node's own search: the nearest node_modules on the way up from `path`. */
function resolves(packages, path, name) {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    if (packages[`${at}${at && '/'}node_modules/${name}`]) return true;
    if (!at) return false;
    if (!at.includes('/node_modules/')) return Boolean(packages[`node_modules/${name}`]);
  }
}

function stub(name, version, parent) {
  const words = name.split(/[/-]/);
  const os = words.filter((word) => OPERATING_SYSTEMS.includes(word));
  const cpu = words
    .map((word) => (/^arm(eabi|eabihf)?$/.test(word) ? 'arm' : word))
    .filter((word) => PROCESSORS.includes(word));
  if (os.length === 0 && cpu.length === 0) throw new Error(`Which platform is ${name} for?`);
  return {
    version,
    ...(cpu.length > 0 && { cpu: [cpu[0]] }),
    ...(parent.dev && { dev: true }),
    optional: true,
    ...(os.length > 0 && { os: [os[0]] }),
    ...(words.some((word) => word.startsWith('musl')) && os[0] === 'linux' && { libc: ['musl'] }),
  };
}
