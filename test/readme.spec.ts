// Real: the walkthrough of the README in a real shell with curl, against the program as `npm run serve` starts it.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { COMMANDS } from '../apps/cli/commands.js';
import { launchServer, type SpawnedServer, tempFolder, until } from './harness/index.js';

const LANGUAGES = ['README.md', 'README.pt-BR.md'] as const;
const scripts: Readonly<Record<string, string>> = JSON.parse(readFileSync('package.json', 'utf8')).scripts;

const textOf = (file: string): string => readFileSync(file, 'utf8');
const blocksOf = (text: string): readonly string[] =>
  [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block.trim());

describe.each(LANGUAGES)('%s', (file) => {
  const text = textOf(file);

  it('names only scripts and commands that exist', () => {
    const npm = [...text.matchAll(/npm (?:run (?:-s )?)?([a-z:]+)/g)].map(([, name = '']) => name);
    expect(npm.filter((name) => !(name in scripts))).toEqual([]);
    const known = COMMANDS.map(({ words }) => words.join(' '));
    const renum = [...text.matchAll(/`renum ([a-z ]+)`/g)].map(([, words = '']) => words);
    expect(renum.toSorted()).toEqual(known.toSorted());
  });

  it('links to files that are there', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = '']) => link);
    expect(links.length).toBeGreaterThan(4);
    expect(links.filter((link) => !existsSync(link))).toEqual([]);
  });

  it('shows folders and files that are there', () => {
    const places = [...text.matchAll(/\b((?:apps|libs|docs|config)\/[\w/-]+(?:\.[\w-]+)*)/g)].map(
      ([, place = '']) => place,
    );
    expect(places.filter((place) => !existsSync(place))).toEqual([]);
  });

  it('speaks of variables that the configuration knows', () => {
    const known = textOf('docs/configuration.md');
    const variables = [...text.matchAll(/^\| (`[A-Z_`, ]+) \|/gm)].flatMap(
      ([, cell = '']) => cell.match(/[A-Z_]+/g) ?? [],
    );
    expect(variables.length).toBeGreaterThan(9);
    expect(variables.filter((name) => !known.includes(`\`${name}\``))).toEqual([]);
  });
});

test('both languages have the same commands', () => {
  const [english, portuguese] = LANGUAGES.map((file) => blocksOf(textOf(file)));
  expect(portuguese).toEqual(english);
});

describe('the walkthrough', () => {
  let home: string;
  let server: SpawnedServer;
  let shell: Shell;
  let env: Record<string, string>;

  beforeAll(async () => {
    home = tempFolder();
    env = { RENUM_ENV: 'development', RENUM_DATA_DIR: join(home, 'data'), HOME: home, PORT: String(await freePort()) };
  });
  afterAll(async () => {
    shell?.end();
    if (server?.isRunning) process.kill(server.pid, 'SIGTERM');
    await server?.ended;
  });

  const start = async () => {
    server = await (await launchServer(env, ['npm', 'run', '--silent', 'serve'])).listening();
  };

  it('does what it says, command by command, across a kill -9', async () => {
    const blocks = blocksOf(textOf('README.md'));
    const rest = blocks.slice(blocks.indexOf('npm run demo') + 1);
    expect(blocks.slice(0, 3)).toEqual(['npm start', 'npm test', 'npm run demo']);
    await start();
    shell = new Shell(home, (text) => text.replaceAll('127.0.0.1:9000', `127.0.0.1:${env.PORT}`));

    const said: string[] = [];
    for (const block of rest) {
      if (block === 'npm start') {
        await server.ended;
        await start();
      } else said.push(await shell.run(block));
    }
    const [registered = '', agents, team, result = '', watched = '', killed, resumed = ''] = said;
    expect(JSON.parse(registered).user).toMatchObject({ email: 'ada@example.com', role: 'user' });
    expect([agents, team, killed]).toEqual(['', '', '']);

    const sentence = 'Durable means that a power cut costs you a moment, not your work.';
    expect(JSON.parse(result)).toMatchObject({
      status: 'completed',
      final_result: { result: expect.stringContaining(sentence) },
      cost_metrics: { cost_usd: 0, incomplete: false },
      usage_summary: { request_count: 2 },
    });
    const whole = ['execution.started', 'step.started', 'step.succeeded', 'step.started', 'step.succeeded'];
    expect(typesIn(watched)).toEqual([...whole, 'execution.finished']);
    // The run of the kill: one result of each step and no gap, as if nothing had been.
    expect(typesIn(resumed)).toEqual([...whole, 'execution.finished']);
    expect(JSON.parse(resumed.slice(resumed.indexOf('\n{"') + 1))).toMatchObject({ status: 'completed' });
  }, 90_000);
});

/** Of the events that have a number. */
function typesIn(stream: string): readonly string[] {
  return [...stream.matchAll(/^id: \d+\nevent: (.*)$/gm)].map(([, type = '']) => type);
}

/** One shell for all blocks: what one block names, the next one uses. A command that fails ends it. */
class Shell {
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>;
  #said = '';
  #complained = '';

  constructor(
    cwd: string,
    private readonly translated: (text: string) => string,
  ) {
    this.#process = spawn('sh', ['-e'], { cwd, env: { PATH: process.env.PATH, HOME: cwd }, stdio: 'pipe' });
    this.#process.stdout.on('data', (chunk: Buffer) => {
      this.#said += String(chunk);
    });
    this.#process.stderr.on('data', (chunk: Buffer) => {
      this.#complained += String(chunk);
    });
  }

  /** What the block prints. */
  async run(block: string): Promise<string> {
    this.#said = '';
    const done = `done-${Math.random()}`;
    this.#process.stdin.write(`${this.translated(block)}\necho ${done}\n`);
    const isOver = (): boolean => this.#said.endsWith(`${done}\n`) || this.#process.exitCode !== null;
    await until('the block of the README is done', isOver, 60_000);
    if (this.#process.exitCode !== null || this.#complained !== '')
      throw new Error(`The shell ended with ${this.#process.exitCode}: ${this.#complained}\n${block}`);
    return this.#said.slice(0, -done.length - 1).trim();
  }

  end(): void {
    this.#process.kill();
  }
}

/** Free a moment ago: the server has to come back to the same place. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const listener = createServer().listen(0, '127.0.0.1', () => {
      const address = listener.address();
      listener.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
