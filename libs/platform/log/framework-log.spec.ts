import { Logger } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { FrameworkLog } from './framework-log.js';
import { Log } from './log.js';
import { LogModule } from './log.module.js';

let lines: Record<string, unknown>[];
let log: Log;
let framework: FrameworkLog;
beforeEach(async () => {
  lines = [];
  log = await Log.open({ level: 'trace', format: 'json', to: { write: (line) => lines.push(JSON.parse(line)) } });
  framework = new FrameworkLog(log);
});

test('the levels of the framework become ours', () => {
  framework.verbose('v', 'Ctx');
  framework.debug('d', 'Ctx');
  framework.log('l', 'Ctx');
  framework.warn('w', 'Ctx');
  framework.error('e', 'Ctx');
  framework.fatal('f', 'Ctx');
  expect(lines.map(({ level, msg, context }) => [level, msg, context])).toEqual([
    ['trace', 'v', 'Ctx'],
    ['debug', 'd', 'Ctx'],
    ['info', 'l', 'Ctx'],
    ['warn', 'w', 'Ctx'],
    ['error', 'e', 'Ctx'],
    ['fatal', 'f', 'Ctx'],
  ]);
});

test('the chatter of the start is for debugging only, its warnings are not', () => {
  framework.log('Mapped {/a, GET}', 'RouterExplorer');
  framework.warn('Duplicate', 'RouterExplorer');
  expect(lines.map(({ level }) => level)).toEqual(['debug', 'warn']);
});

test('stacks, errors and details keep their place, without secrets', () => {
  const stack = 'Error: x\n    at f (sk-canary-12345678.js:1:1)';
  framework.error('failed', stack, 'Ctx');
  framework.error('failed', stack);
  framework.error(new Error('Bearer canarycanary'), 'Ctx');
  framework.log({ password: 'canary', a: 1 }, 'Ctx');
  framework.log('two', { b: 2 }, undefined, 'Ctx');
  framework.log(undefined);
  expect(lines).toMatchObject([
    { msg: 'failed', stack: expect.stringContaining('at f ([redacted]'), context: 'Ctx' },
    { msg: 'failed', stack: expect.stringContaining('at f') },
    { msg: 'Bearer [redacted]', err: { type: 'Error' } },
    { msg: 'The framework says', details: [{ password: '[redacted]', a: 1 }] },
    { msg: 'two', details: [{ b: 2 }], context: 'Ctx' },
    { msg: 'undefined' },
  ]);
  expect(lines[1]).not.toHaveProperty('context');
  expect(JSON.stringify(lines)).not.toContain('canary');
});

test('a module of the framework speaks through it and services inject the log', async () => {
  const module = await Test.createTestingModule({ imports: [LogModule.forRoot(log)] })
    .setLogger(framework)
    .compile();
  new Logger('Teams').warn('from a service');
  expect(module.get(Log)).toBe(log);
  expect(lines.at(-1)).toMatchObject({ level: 'warn', msg: 'from a service', context: 'Teams' });
  await module.close();
});
