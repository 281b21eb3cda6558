// Real: the built command line as a process, its private server, HTTP and the stream of events.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../../apps/cli/cli.js';
import { COMMANDS } from '../../apps/cli/commands.js';
import { showRun } from '../../apps/cli/show-run.js';
import { FakeTerminal } from '../../apps/cli/testing/terminal.fake.js';
import { HttpClient, PASSWORD, simAgent, startServer, teamOf, until } from '../harness/index.js';

jest.setTimeout(60_000);

const MAIN = join(process.cwd(), 'dist/apps/cli/main.js');
const temp = mkdtempSync(join(tmpdir(), 'renum-demo-'));
afterAll(() => rmSync(temp, { recursive: true, force: true }));

function renum(...words: readonly string[]) {
  // What surrounds the demo must not reach its private server.
  const env = { PATH: process.env.PATH, TMPDIR: temp, PORT: 'many', DATABASE_URL: 'postgres://nowhere/x' };
  const child = spawn(process.execPath, [MAIN, ...words], { env, cwd: temp });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    said.stdout += String(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said.stderr += String(chunk);
  });
  return { child, said, ended: once(child, 'close').then(([code]) => code) };
}

describe('the demo', () => {
  it('shows each agent at work, then the result with tokens, cost and time, and leaves nothing behind', async () => {
    const { said, ended } = renum('demo');
    expect(await ended).toBe(0);
    for (const agent of ['Market researcher', 'Market analyst', 'Report writer']) {
      expect(said.stdout).toMatch(new RegExp(`^\\[ +\\d+\\.\\d s\\] ${agent} started$`, 'm'));
      expect(said.stdout).toMatch(new RegExp(`^\\[ +\\d+\\.\\d s\\] ${agent} \\| \\S`, 'm'));
      expect(said.stdout).toMatch(new RegExp(`^\\[ +\\d+\\.\\d s\\] ${agent} done, [\\d,]+ tokens$`, 'm'));
    }
    expect(said.stdout).toMatch(/^Recommendation/m);
    expect(said.stdout).toMatch(/^ {2}Total +\d+\.\d s {2}[\d,]+ tokens in, [\d,]+ out$/m);
    expect(said.stdout).toMatch(/^ {2}Cost +0\.00 USD/m);
    expect(said.stdout).toMatch(/^The run completed/m);
    expect(said.stdout).not.toContain('\u001b');
    expect(said.stderr).toBe('');
    expect(readdirSync(temp)).toEqual([]);
  });

  it('keeps standard output for the result when it shall be JSON', async () => {
    const terminal = new FakeTerminal({ isLive: true });
    expect(await runCli(['demo', '--json'], COMMANDS, terminal)).toBe(0);
    expect(JSON.parse(terminal.stdout)).toMatchObject({ status: 'completed', usage_summary: { request_count: 3 } });
    expect(terminal.stderr).toContain('Report writer done');
    expect(terminal.stderr).not.toContain('\u001b');
  });

  it('leaves nothing behind when it was interrupted before it began', async () => {
    const terminal = new FakeTerminal({ interrupted: AbortSignal.abort() });
    expect(await runCli(['demo'], COMMANDS, terminal)).toBe(130);
    const url = /http:\/\/\S+/.exec(terminal.stdout);
    expect(url).toBeNull();
  });

  it('ends at Ctrl-C with everything it started', async () => {
    const { child, said, ended } = renum('demo');
    await until('an agent works', () => said.stdout.includes('Market researcher started'), 30_000);
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(said.stdout).not.toContain('Recommendation');
    expect(readdirSync(temp)).toEqual([]);
    const url = /http:\/\/\S+/.exec(said.stdout)?.[0] ?? '';
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });
});

describe('showing a run', () => {
  const email = 'ada@example.com';
  const begin = async (systemPrompt: string) => {
    const server = await startServer();
    await server.http.post('/api/v1/auth/register', { name: 'Ada', email, password: PASSWORD });
    const { body } = await server.http.post('/api/v1/auth/login', { email, password: PASSWORD });
    const ada: HttpClient = server.http.as(body.token);
    await teamOf(ada, 'sequential', [await simAgent(ada, systemPrompt)]);
    return { url: server.url, credentials: { email, password: PASSWORD } };
  };
  const show = { team: 'Team', prompt: 'hello', isJson: false };

  it('is a failure when the run fails, and says why', async () => {
    const terminal = new FakeTerminal();
    expect(await showRun({ ...show, server: await begin('[[fail]]') }, terminal)).toBe(1);
    expect(terminal.stdout).toContain('Agent failed: The simulated model failed');
    expect(terminal.stdout).toContain('The run failed');
  });

  it('draws in place where somebody watches', async () => {
    const terminal = new FakeTerminal({ isLive: true });
    expect(await showRun({ ...show, server: await begin('[[say:Done.]]') }, terminal)).toBe(0);
    expect(terminal.stdout).toContain('\u001b[2K ✓ Agent');
    expect(terminal.stdout.endsWith('\n')).toBe(true);
  });

  it('says what the server refused', async () => {
    const server = await begin('');
    await expect(showRun({ ...show, server, team: 'Nobody' }, new FakeTerminal())).rejects.toThrow('no team "Nobody"');
    const stranger = { ...server, credentials: { email, password: 'wrong' } };
    await expect(showRun({ ...show, server: stranger }, new FakeTerminal())).rejects.toThrow(
      'POST /auth/login answered 401. The e-mail address or the password is wrong.',
    );
  });
});
