import { VERSION } from '../server/version.js';
import { type Command, type ExitCode, UsageProblem } from './command.js';
import { exitCodeOf, told } from './failure.js';
import { helpOf, helpText, usageOf } from './help.js';
import { commandIn, parseWords } from './parse-words.js';
import type { Terminal } from './terminal.js';

const HELP = new Set(['help', '--help', '-h']);
const VERSIONS = new Set(['version', '--version', '-V']);

/** Runs what the words say and tells how it ended. Never throws. */
export async function runCli(
  words: readonly string[],
  commands: readonly Command[],
  terminal: Terminal,
): Promise<ExitCode> {
  const [first = ''] = words;
  if (VERSIONS.has(first)) return said(terminal, `${VERSION}\n`);
  if (HELP.has(first)) return help(words.slice(1), commands, terminal);

  const called = commandIn(words, commands);
  if (!called) return lost(words, commands, terminal);
  const { command, rest } = called;
  if (rest.includes('--help') || rest.includes('-h')) return said(terminal, helpOf(command));
  try {
    return await command.run(parseWords(command, rest), terminal);
  } catch (error) {
    if (terminal.interrupted.aborted) return 130;
    terminal.err(`renum: ${told(error)}\n`);
    if (error instanceof UsageProblem) terminal.err(`Usage: ${usageOf(command)}\n`);
    return exitCodeOf(error);
  }
}

function said(terminal: Terminal, text: string): ExitCode {
  terminal.out(text);
  return 0;
}

function help(words: readonly string[], commands: readonly Command[], terminal: Terminal): ExitCode {
  if (words.length === 0) return said(terminal, helpText(commands, VERSION));
  const called = commandIn(words, commands);
  return called ? said(terminal, helpOf(called.command)) : lost(words, commands, terminal);
}

/** No such command; perhaps the first word of some. */
function lost(words: readonly string[], commands: readonly Command[], terminal: Terminal): ExitCode {
  const [first = ''] = words;
  const family = commands.filter((command) => command.words[0] === first);
  if (first === '') terminal.err(helpText(commands, VERSION));
  else if (family.length > 0) terminal.err(family.map((command) => `Usage: ${usageOf(command)}\n`).join(''));
  else terminal.err(`renum: there is no command "${words.join(' ')}". Say renum help for those there are.\n`);
  return 2;
}
