import { PassThrough, Readable } from 'node:stream';
import { terminalOf } from './terminal.js';

const signal = new AbortController().signal;

function terminal(env: NodeJS.ProcessEnv, tty: { isTTY?: boolean; columns?: number } = {}) {
  const stdout = Object.assign(new PassThrough(), tty);
  const stderr = new PassThrough();
  const stdin = Readable.from(['pass', 'word\n']);
  const surroundings = { stdout, stderr, stdin, env, cwd: () => '/home/ada' };
  return { ...terminalOf(surroundings as never, '/opt/renum', signal), stdout, stderr };
}

describe('the terminal', () => {
  it.each([
    [{}, { isTTY: true }, true, true],
    [{ NO_COLOR: '1' }, { isTTY: true }, true, false],
    [{ NO_COLOR: '' }, { isTTY: true }, true, true],
    [{ TERM: 'dumb' }, { isTTY: true }, false, false],
    [{ CI: 'true' }, { isTTY: true }, false, false],
    [{}, {}, false, false],
  ])('with %j and %j is live: %s, coloured: %s', (env, tty, isLive, hasColour) => {
    expect(terminal(env, tty)).toMatchObject({ isLive, hasColour });
  });

  it('keeps results and chatter apart, and reads its input to the end', async () => {
    const { out, err, input, stdout, stderr, cwd, columns } = terminal({}, { columns: 120 });
    out('result');
    err('chatter');
    expect([String(stdout.read()), String(stderr.read()), await input()]).toEqual(['result', 'chatter', 'password\n']);
    expect([cwd, columns, terminal({}).columns]).toEqual(['/home/ada', 120, 80]);
  });
});
