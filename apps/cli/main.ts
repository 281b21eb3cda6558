import { enableCompileCache, setSourceMapsSupport } from 'node:module';
import { join } from 'node:path';

// This file runs as dist/apps/cli/main.js.
const built = join(import.meta.dirname, '..', '..');
enableCompileCache(join(built, '.cache'));
setSourceMapsSupport(true);

const { runCli } = await import('./cli.js');
const { COMMANDS } = await import('./commands.js');
const { terminalOf } = await import('./terminal.js');

const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // Whoever asks twice does not want to wait for a tidy end.
    if (interrupt.signal.aborted) process.exit(130);
    interrupt.abort();
  });
}
// `renum … | head` is no failure.
process.stdout.on('error', () => process.exit(0));

process.exit(await runCli(process.argv.slice(2), COMMANDS, terminalOf(process, join(built, '..'), interrupt.signal)));
