import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const script = readFileSync(resolve(__dirname, '../scripts/bootstrap.sh'), 'utf8');

/** Stands in for npm and, once installed, for the compiler: notes each call, takes its time, leaves what they would. */
const NPM = `#!/bin/sh
echo "$1" >>calls
[ -e "refuses-$1" ] && exit 1
sleep 0.2
mkdir -p node_modules/.bin
ln -sf "$RUNTIME" node_modules/.bin/node
for tool in jest biome; do printf '#!/bin/sh\\n' >node_modules/.bin/$tool; done
printf '#!/bin/sh\\necho build >>calls\\n[ ! -e broken ] || { echo type error; exit 1; }\\nmkdir -p dist/apps/server\\n: >dist/apps/server/main.js\\n' >node_modules/.bin/nest
chmod +x node_modules/.bin/*
`;

/** Real shell, real locks, real processes; only npm and the compiler are stand-ins. */
describe('the bootstrap of a clone', () => {
  const clones: string[] = [];
  afterAll(() => {
    for (const clone of clones) rmSync(clone, { recursive: true });
  });

  it('installs and builds once, and then has nothing to do', () => {
    const clone = fresh();
    expect(clone.run('install', 'build').status).toBe(0);
    expect(clone.run('install', 'build')).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(clone.calls()).toEqual(['ci', 'build']);
  });

  it('says its progress on stderr alone', () => {
    const { stdout, stderr } = fresh().run('install', 'build');
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^renum: installing .*\nrenum: building\n$/);
  });

  it('prepares a clone once when three start together', async () => {
    const clone = fresh();
    const codes = await Promise.all([clone.start(), clone.start(), clone.start()].map(exitCode));
    expect(codes).toEqual([0, 0, 0]);
    expect(clone.calls()).toEqual(['ci', 'build']);
  });

  it('is not held up by a lock whose holder was killed', async () => {
    const clone = fresh();
    const killed = clone.start();
    await until(() => clone.calls().length > 0);
    killed.kill('SIGKILL');
    await exitCode(killed);
    expect(clone.run('install', 'build').status).toBe(0);
    expect(clone.calls()).toEqual(['ci', 'ci', 'build']);
  });

  it('ends the installer when it is told to stop', async () => {
    const clone = fresh();
    const stopped = clone.start();
    await until(() => clone.calls().length > 0);
    stopped.kill('SIGTERM');
    expect(await exitCode(stopped)).toBe(143);
    expect(existsSync(clone.path('node_modules/.installed'))).toBe(false);
  });

  it('installs again when the lockfile has changed', () => {
    const clone = fresh();
    clone.run('install');
    clone.write('package-lock.json', '{"changed":true}');
    clone.run('install');
    expect(clone.calls()).toEqual(['ci', 'ci']);
  });

  it('takes npm install where npm ci refuses the lockfile, from an empty folder', () => {
    const clone = fresh();
    clone.write('refuses-ci', '');
    clone.write('node_modules/half/installed.js', '');
    expect(clone.run('install').status).toBe(0);
    expect(clone.calls()).toEqual(['ci', 'ci', 'install']);
    expect(existsSync(clone.path('node_modules/half'))).toBe(false);
  });

  it('fails when nothing can be installed, and tries again the next time', () => {
    const clone = fresh();
    clone.write('refuses-ci', '');
    clone.write('refuses-install', '');
    expect(clone.run('install')).toMatchObject({ status: 1 });
    rmSync(clone.path('refuses-ci'));
    expect(clone.run('install').status).toBe(0);
  });

  it('builds again when a source was written or taken away, not for a test', () => {
    const clone = fresh();
    clone.write('libs/teams/old.spec.ts', '');
    clone.run('install', 'build');
    clone.write('libs/teams/old.spec.ts', 'changed');
    clone.run('install', 'build');
    expect(clone.calls()).toEqual(['ci', 'build']);
    clone.write('libs/teams/plan.ts', '');
    clone.run('install', 'build');
    rmSync(clone.path('libs/teams/plan.ts'));
    clone.run('install', 'build');
    expect(clone.calls()).toEqual(['ci', 'build', 'build', 'build']);
  });

  it('removes what was built from a source that is gone', () => {
    const clone = fresh();
    clone.run('install', 'build');
    clone.write('dist/libs/teams/gone.js', '');
    clone.write('dist/libs/teams/gone.js.map', '');
    clone.write('libs/teams/kept.ts', '');
    clone.write('dist/libs/teams/kept.js.map', '');
    clone.run('install', 'build');
    expect(existsSync(clone.path('dist/libs/teams/gone.js'))).toBe(false);
    expect(existsSync(clone.path('dist/libs/teams/kept.js.map'))).toBe(true);
  });

  it('shows why a build failed and builds again the next time', () => {
    const clone = fresh();
    clone.write('broken', '');
    const { status, stderr } = clone.run('install', 'build');
    expect(status).toBe(1);
    expect(stderr).toContain('type error\nrenum: the build failed\n');
    rmSync(clone.path('broken'));
    expect(clone.run('install', 'build').status).toBe(0);
  });

  it('names the Node it needs where the one here is too old', () => {
    const clone = fresh();
    rmSync(clone.path('bin/node'));
    clone.write('bin/node', '#!/bin/sh\necho 18.19.1\n');
    chmodSync(clone.path('bin/node'), 0o755);
    const { status, stderr } = clone.run('install');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^renum: Node\.js \S+ or newer is needed on .*, this is 18\.19\.1/);
    expect(clone.calls()).toEqual([]);
  });

  function fresh() {
    const root = mkdtempSync(join(tmpdir(), 'renum-bootstrap-'));
    clones.push(root);
    const path = (name: string) => join(root, name);
    const write = (name: string, text: string) => {
      mkdirSync(dirname(path(name)), { recursive: true });
      writeFileSync(path(name), text);
    };
    const env = { PATH: `${path('bin')}:/usr/bin:/bin`, RUNTIME: process.execPath };
    write('scripts/bootstrap.sh', script);
    write('package-lock.json', '{}');
    write('libs/teams/teams.ts', '');
    write('bin/npm', NPM);
    chmodSync(path('bin/npm'), 0o755);
    symlinkSync(process.execPath, path('bin/node'));
    return {
      path,
      write,
      run: (...words: readonly string[]) =>
        spawnSync('sh', [path('scripts/bootstrap.sh'), ...words], { env, encoding: 'utf8' }),
      start: () => spawn('sh', [path('scripts/bootstrap.sh'), 'install', 'build'], { env, stdio: 'ignore' }),
      calls: () => (existsSync(path('calls')) ? readFileSync(path('calls'), 'utf8').trim().split('\n') : []),
    };
  }
});

async function exitCode(child: ReturnType<typeof spawn>): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resume) => setTimeout(resume, 5));
}
