import { VERSION } from '../server/version.js';
import { runCli } from './cli.js';
import { type Command, type ExitCode, UsageProblem } from './command.js';
import { Failed } from './failure.js';
import { FakeTerminal } from './testing/terminal.fake.js';

const doing = (run: Command['run']): Command => ({
  words: ['thing', 'do'],
  summary: 'do the thing',
  operands: ['WHAT'],
  options: { loud: { about: 'say it loud' }, to: { value: 'FILE', about: 'where to' } },
  details: 'More about it.',
  run,
});
const other: Command = { words: ['other'], summary: 'do something else', run: async () => 0 };

async function cli(words: readonly string[], run: Command['run'] = async () => 0, interrupted?: AbortSignal) {
  const terminal = new FakeTerminal(interrupted ? { interrupted } : {});
  const code: ExitCode = await runCli(words, [doing(run), other], terminal);
  return { code, stdout: terminal.stdout, stderr: terminal.stderr };
}
const failing = (error: unknown) => cli(['thing', 'do', 'it'], () => Promise.reject(error));

describe('the command line', () => {
  it('runs the command with what was said, and ends as it ends', async () => {
    const said: unknown[] = [];
    const run: Command['run'] = async (words) => {
      said.push(words);
      return 1;
    };
    expect((await cli(['thing', 'do', 'it', '--loud'], run)).code).toBe(1);
    expect(said).toEqual([{ operands: ['it'], switches: new Set(['loud']), values: new Map() }]);
  });

  it.each([['help'], ['--help'], ['-h']])('lists its commands for %s', async (word) => {
    const { code, stdout } = await cli([word]);
    expect(code).toBe(0);
    expect(stdout).toContain('  thing do   do the thing\n  other      do something else\n');
  });

  it.each([[['help', 'thing', 'do']], [['thing', 'do', '--help']], [['thing', 'do', 'it', '-h']]])(
    'says more about one command for %j',
    async (words) => {
      const { code, stdout } = await cli(words);
      expect(code).toBe(0);
      expect(stdout).toBe(
        'Usage: renum thing do WHAT [--loud] [--to FILE]\n\nDo the thing.\n\nMore about it.\n\n' +
          '  --loud      say it loud\n  --to FILE   where to\n',
      );
    },
  );

  it('says little about a command that needs few words', async () => {
    expect((await cli(['other', '--help'])).stdout).toBe('Usage: renum other\n\nDo something else.\n');
  });

  it('says its version', async () => {
    expect(await cli(['--version'])).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: '' });
  });

  it.each([
    [[], 'Usage: renum COMMAND'],
    [['thing'], 'Usage: renum thing do WHAT'],
    [['help', 'x'], 'no command "x"'],
  ])('ends with 2 for %j and keeps standard output free', async (words, text) => {
    const { code, stdout, stderr } = await cli(words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(text);
  });

  it('ends with 2 and shows the usage when the command is called wrongly', async () => {
    expect(await failing(new UsageProblem('Not so.'))).toEqual({
      code: 2,
      stdout: '',
      stderr: 'renum: Not so.\nUsage: renum thing do WHAT [--loud] [--to FILE]\n',
    });
  });

  it('ends with 1 and one sentence on a failure that it knows', async () => {
    expect(await failing(new Failed('It is broken.'))).toEqual({
      code: 1,
      stdout: '',
      stderr: 'renum: It is broken.\n',
    });
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { syscall: 'connect' });
    expect((await failing(refused)).stderr).toBe('renum: connect ECONNREFUSED\n');
    expect((await failing('just a text')).stderr).toBe('renum: just a text\n');
  });

  it('shows where a bug is', async () => {
    expect((await failing(new Error('oops'))).stderr).toContain('cli.spec');
    expect((await failing(Object.assign(new Error('oops'), { stack: undefined }))).stderr).toBe('renum: oops\n');
  });

  it('ends with 78 on what only the operator can mend', async () => {
    expect(await failing(Object.assign(new Error('in use'), { exitCode: 78 }))).toMatchObject({ code: 78 });
    expect(await failing(Object.assign(new Error('wrong'), { name: 'ConfigurationProblems' }))).toEqual({
      code: 78,
      stdout: '',
      stderr: 'renum: wrong\n',
    });
  });

  it('ends with 130, without a word, when it was interrupted', async () => {
    const broken = () => Promise.reject(new Error('aborted'));
    expect(await cli(['thing', 'do', 'it'], broken, AbortSignal.abort())).toEqual({
      code: 130,
      stdout: '',
      stderr: '',
    });
  });
});
