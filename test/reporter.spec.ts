import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const here = resolve(__dirname, '..');
const SKIPS =
  "const { skip } = describe; skip('cache [needs redis: apt-get install it]', () => { it('a', f); it('b', f); });";
const MIXED = `const f = () => {}; it('passes', f); it('fails', () => { throw new Error('no'); }); ${SKIPS}`;

describe('the closing lines of a test run', () => {
  const folders: string[] = [];
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  it('counts what passed, failed and was skipped, alone on the last line', () => {
    const { lines, status } = testRun({ 'mixed.test.js': MIXED });
    expect(lines.at(-1)).toBe('1 passed, 1 failed, 2 skipped');
    expect(status).toBe(1);
  });

  it('says what the machine lacks and lets it pass at home', () => {
    const { lines, status } = testRun({ 'skips.test.js': `const f = () => {}; it('passes', f); ${SKIPS}` });
    expect(lines).toContain('SKIPPED redis: 2 tests - apt-get install it');
    expect(lines.at(-1)).toBe('1 passed, 0 failed, 2 skipped');
    expect(status).toBe(0);
  });

  it('fails in CI when something was skipped for lack of a program', () => {
    const tests = { 'skips.test.js': `const f = () => {}; it('passes', f); ${SKIPS}` };
    expect(testRun(tests, { CI: 'true' }).status).toBe(1);
  });

  it('counts a file that could not run as a failure', () => {
    const { lines, status } = testRun({ 'broken.test.js': 'throw new Error("no");' });
    expect(lines).toContain('BROKEN 1 test files did not run');
    expect(lines.at(-1)).toBe('0 passed, 1 failed, 0 skipped');
    expect(status).toBe(1);
  });

  function testRun(files: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}) {
    const folder = mkdtempSync(join(tmpdir(), 'renum-reporter-'));
    folders.push(folder);
    const config = { reporters: ['default', join(here, 'test/reporter.cjs')], testEnvironment: 'node', maxWorkers: 1 };
    writeFileSync(join(folder, 'jest.config.json'), JSON.stringify(config));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const jest = join(here, 'node_modules/jest/bin/jest.js');
    const { stdout, status } = spawnSync(process.execPath, [jest, '--no-cache', '--rootDir', folder], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, ...env },
    });
    return { lines: stdout.trimEnd().split('\n'), status };
  }
});
