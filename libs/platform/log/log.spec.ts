import { Secret } from '#libs/kernel/index.js';
import { Log, type LogOptions } from './log.js';

async function opened(options: Partial<LogOptions> = {}): Promise<{ log: Log; lines: string[] }> {
  const lines: string[] = [];
  const log = await Log.open({ level: 'trace', format: 'json', to: { write: (line) => lines.push(line) }, ...options });
  return { log, lines };
}

const parsed = (line: string | undefined): unknown => JSON.parse(line ?? 'null');

test('a line is one JSON object with time, level, sentence and fields', async () => {
  const { log, lines } = await opened();
  log.warn('The queue is full', { waiting: 12, token: 'canary' });
  expect(parsed(lines[0])).toEqual({
    level: 'warn',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    msg: 'The queue is full',
    waiting: 12,
    token: '[redacted]',
  });
  expect(lines[0]).toMatch(/\}\n$/);
});

test('every level has its method, and what is below the level is not said', async () => {
  const { log, lines } = await opened({ level: 'warn' });
  for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const) log[level](level);
  expect(lines.map((line) => parsed(line))).toMatchObject([{ level: 'warn' }, { level: 'error' }, { level: 'fatal' }]);
});

test('the level can change while it runs, for children too', async () => {
  const { log, lines } = await opened({ level: 'error' });
  const child = log.child({ execution_id: 'e1', secret: 'canary' });
  child.info('unheard');
  log.level = 'info';
  child.info('heard', { step_id: 's1' });
  expect(log.level).toBe('info');
  expect(lines).toHaveLength(1);
  expect(parsed(lines[0])).toMatchObject({ msg: 'heard', execution_id: 'e1', step_id: 's1', secret: '[redacted]' });
});

test('the id of the current request is on the line when there is one', async () => {
  let current: string | undefined = 'req-1';
  const { log, lines } = await opened({ requestId: () => current });
  log.child({ a: 1 }).info('inside');
  current = undefined;
  log.info('outside');
  expect(parsed(lines[0])).toMatchObject({ request_id: 'req-1', a: 1 });
  expect(parsed(lines[1])).not.toHaveProperty('request_id');
});

test.each(['json', 'pretty'] as const)('no canary gets through in %s', async (format) => {
  const { log, lines } = await opened({ format, requestId: () => 'rnm_pat_canary1234' });
  const error = new Error('GET /ws?token=canary failed', { cause: new Error('Bearer canarycanary') });
  log.child({ auth: { password: 'canary' } }).error('Bearer canarycanary', { err: error, key: new Secret('canary') });
  expect(lines.join('')).toContain('[redacted]');
  expect(lines.join('')).not.toContain('canary');
});

test('pretty lines are for people: a sentence, no JSON, the stack of an error', async () => {
  const { log, lines } = await opened({ format: 'pretty' });
  log.info('The server is ready', { port: 9_000 });
  log.error('It broke', { err: new TypeError('no such thing') });
  expect(lines[0]).toMatch(/^\[\d\d:\d\d:\d\d\.\d{3}\] .*INFO.*: .*The server is ready.*"?port"?:\s?9000/);
  expect(lines[1]).toContain('TypeError: no such thing');
  expect(lines[1]).toMatch(/\n\s+at /);
});

test('without a place it goes to standard output, and a silent one says nothing anywhere', async () => {
  const written = jest.spyOn(process.stdout, 'write');
  const log = await Log.open({ level: 'silent', format: 'json' });
  log.fatal('unheard');
  Log.silent().fatal('unheard');
  expect(written).not.toHaveBeenCalled();
  written.mockRestore();
});
