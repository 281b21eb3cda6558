import type { Command } from './command.js';

export function helpText(commands: readonly Command[], version: string): string {
  const width = Math.max(...commands.map(({ words }) => words.join(' ').length));
  const lines = commands.map(({ words, summary }) => `  ${words.join(' ').padEnd(width)}   ${summary}`);
  return `renum ${version}: the command line of Renum Backend

Usage: renum COMMAND [OPTIONS]

${lines.join('\n')}

renum help COMMAND says more about one of them. The configuration is that of the server: the files of ./config and the
environment, with the data in RENUM_DATA_DIR (./data).

Ends with 0 when all is well, 1 on a finding or failure, 2 when called wrongly, 78 when the configuration is wrong.
`;
}

export function helpOf(command: Command): string {
  const { summary, details } = command;
  const options = Object.entries(command.options ?? {}).map(([name, { value, about }]) => [named(name, value), about]);
  const width = Math.max(0, ...options.map(([name = '']) => name.length));
  const parts = [
    `Usage: ${usageOf(command)}`,
    `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`,
    ...(details ? [details] : []),
    ...(options.length > 0
      ? [options.map(([name = '', about]) => `  ${name.padEnd(width)}   ${about}`).join('\n')]
      : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

export function usageOf({ words, operands = [], options = {} }: Command): string {
  const said = Object.entries(options).map(([name, { value }]) => `[${named(name, value)}]`);
  return ['renum', ...words, ...operands, ...said].join(' ');
}

function named(name: string, value: string | undefined): string {
  return value ? `--${name} ${value}` : `--${name}`;
}
