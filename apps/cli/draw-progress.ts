import { clipped, counted, type Paint, seconds } from './paint.js';
import type { AgentProgress, AgentState, Progress } from './progress.js';

export interface Look {
  readonly columns: number;
  readonly paint: Paint;
}

const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'] as const;
const TURN_MS = 80;

const MARK = {
  waiting: ['dim', '·'],
  running: ['cyan', '⠋'],
  retrying: ['yellow', '↻'],
  done: ['green', '✓'],
  failed: ['red', '✗'],
  skipped: ['dim', '–'],
  cancelled: ['yellow', '■'],
} as const satisfies Record<AgentState, readonly [string, string]>;

/** The whole picture at one moment: a line for each agent, none wider than the screen, to be drawn over the last one. */
export function frameOf({ agents }: Progress, now: number, { columns, paint }: Look): readonly string[] {
  const width = Math.max(...agents.map(({ name }) => name.length));
  return agents.map((agent) => {
    const [style, mark] = MARK[agent.state];
    const sign = agent.state === 'running' ? (SPINNER[Math.floor(now / TURN_MS) % SPINNER.length] ?? mark) : mark;
    const facts = `${agent.name.padEnd(width)}  ${timeOf(agent, now).padStart(6)}  `;
    const room = columns - facts.length - 4;
    return ` ${paint(style, sign)} ${clipped(facts, columns - 4)}${room > 0 ? paint('dim', clipped(newsOf(agent), room)) : ''}`;
  });
}

function timeOf({ startedAt, endedAt }: AgentProgress, now: number): string {
  return startedAt === null ? '' : seconds((endedAt ?? now) - startedAt);
}

/** What it says right now; afterwards how it began, and what it took. */
function newsOf({ state, text, tokens, trouble }: AgentProgress): string {
  switch (state) {
    case 'waiting':
      return '';
    case 'running':
      return lastLine(text);
    case 'done':
      return `${counted(tokens ?? 0)} tokens  ${firstLine(text)}`;
    case 'retrying':
      return `tries again: ${trouble ?? ''}`;
    case 'failed':
      return trouble ?? 'failed';
    case 'skipped':
    case 'cancelled':
      return state;
  }
}

function firstLine(text: string): string {
  return linesOf(text)[0] ?? '';
}

function lastLine(text: string): string {
  return linesOf(text).at(-1) ?? '';
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}
