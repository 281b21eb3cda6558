import { EventEmitter } from 'node:events';
import { type Body, liveAndDie } from './life.js';
import type { RunningServer } from './running-server.js';

/** A process in a test's hands: what it says, and how it ends. */
class FakeBody extends EventEmitter {
  readonly env = { PORT: '0' };
  readonly said: string[] = [];
  readonly codes: number[] = [];
  readonly stdout = Object.assign(new EventEmitter(), { write: () => true });
  readonly stderr = { write: (text: string) => this.said.push(text) > 0 };
  exit(code: number): never {
    this.codes.push(code);
    return undefined as never;
  }
  get body(): Body {
    return this as unknown as Body;
  }
  async ended(): Promise<number | undefined> {
    await new Promise(setImmediate);
    return this.codes[0];
  }
}

const server = (parts: Partial<RunningServer> = {}) =>
  ({ stop: async () => undefined, abandon: async () => undefined, ...parts }) as RunningServer;

describe('the life of a process', () => {
  let body: FakeBody;
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    body = new FakeBody();
  });
  afterEach(() => jest.useRealTimers());

  const live = (start: () => Promise<RunningServer>): Promise<void> => liveAndDie(body.body, '/opt/renum', start);

  it('begins with its environment, its outputs and the folder it was installed in', async () => {
    const start = jest.fn(async () => server());
    await liveAndDie(body.body, '/opt/renum', start);
    expect(start).toHaveBeenCalledWith({ env: body.env, out: body.stdout, err: body.stderr, folder: '/opt/renum' });
    expect(body.codes).toEqual([]);
  });

  it.each(['SIGTERM', 'SIGINT'])('stops the server and ends with 0 on %s', async (signal) => {
    const stop = jest.fn(async () => undefined);
    await live(async () => server({ stop }));
    body.emit(signal);
    expect(await body.ended()).toBe(0);
    expect(stop).toHaveBeenCalledTimes(1);
  });

  it('ends at once on a second signal, with the code a shell expects', async () => {
    await live(async () => server({ stop: () => new Promise(() => undefined) }));
    body.emit('SIGTERM');
    body.emit('SIGINT');
    expect(body.codes).toEqual([130]);
  });

  it('waits for a start that is under way when the signal comes', async () => {
    let started: (server: RunningServer) => void = () => undefined;
    const stop = jest.fn(async () => undefined);
    const life = live(() => new Promise((resolve) => (started = resolve)));
    body.emit('SIGTERM');
    expect(await body.ended()).toBeUndefined();
    started(server({ stop }));
    await life;
    expect(await body.ended()).toBe(0);
    expect(stop).toHaveBeenCalled();
  });

  it('ends with 1 and says why when the end is not clean', async () => {
    await live(async () => server({ stop: () => Promise.reject(new Error('the disk is gone')) }));
    body.emit('SIGTERM');
    expect(await body.ended()).toBe(1);
    expect(body.said.join('')).toBe('renum: the end was not clean: the disk is gone\n');
  });

  it.each(['uncaughtException', 'unhandledRejection'])(
    'says what nobody caught (%s), without the secrets in it, and ends with 1',
    async (fault) => {
      const abandon = jest.fn(async () => undefined);
      await live(async () => server({ abandon }));
      body.emit(fault, new Error('no answer to Bearer abcdefghijklmnop'));
      expect(await body.ended()).toBe(1);
      expect(abandon).toHaveBeenCalled();
      expect(body.said.join('')).toContain(`renum: ${fault}: Error: no answer to Bearer [redacted]`);
      expect(body.said.join('')).toContain('life.spec');
    },
  );

  it('ends within five seconds after a fault, whatever hangs', async () => {
    await live(async () => server({ abandon: () => new Promise(() => undefined) }));
    body.emit('unhandledRejection', 'no reason at all');
    body.emit('unhandledRejection', 'another one');
    expect(await body.ended()).toBeUndefined();
    jest.advanceTimersByTime(5_000);
    expect(body.codes).toEqual([1]);
    expect(body.said).toHaveLength(2);
  });

  it.each([
    [Object.assign(new Error('in use by pid 7'), { exitCode: 78 }), 78, 'renum: in use by pid 7\n'],
    [Object.assign(new Error('PORT = x'), { name: 'ConfigurationProblems' }), 78, 'renum: PORT = x\n'],
    [Object.assign(new Error('listen EADDRINUSE'), { syscall: 'listen' }), 1, 'renum: listen EADDRINUSE\n'],
  ])('tells the operator in plain words why it could not begin: %s', async (error, code, said) => {
    await live(() => Promise.reject(error));
    expect([body.codes[0], body.said.join('')]).toEqual([code, said]);
  });

  it('shows where a failure of our own comes from', async () => {
    await live(() => Promise.reject(new Error('a bug')));
    expect(body.codes[0]).toBe(1);
    expect(body.said.join('')).toMatch(/^renum: Error: a bug\n\s+at /);
    await live(() => Promise.reject('just a text'));
    expect(body.said.at(-1)).toBe('renum: just a text\n');
  });

  it('goes on when nobody reads its lines any more', async () => {
    await live(async () => server());
    expect(() => body.stdout.emit('error', new Error('EPIPE'))).not.toThrow();
    expect(body.codes).toEqual([]);
  });
});
