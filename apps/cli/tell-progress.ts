import { counted, seconds, visible } from './paint.js';
import type { AgentProgress, Progress } from './progress.js';

/** What a change is worth saying where lines cannot be drawn over: a log, a pipe, a test. `now` is of the last event. */
export function newsBetween(before: Progress, then: Progress, now: number): readonly string[] {
  const at = `[${seconds(now - (then.startedAt ?? now)).padStart(7)}]`;
  const ended = before.status === null && then.status !== null ? [`${at} run ${then.status}`] : [];
  const agents = then.agents.flatMap((agent, index) => {
    const earlier = before.agents[index];
    return earlier && earlier !== agent ? newsOf(earlier, agent).map((news) => `${at} ${agent.name} ${news}`) : [];
  });
  return [...agents, ...ended];
}

function newsOf(before: AgentProgress, then: AgentProgress): readonly string[] {
  const said = saidSince(before, then).map((line) => `| ${visible(line)}`);
  const isNew = before.state !== then.state || before.attempt !== then.attempt;
  return isNew ? [...said, stateOf(then)] : said;
}

function stateOf({ state, attempt, tokens, trouble }: AgentProgress): string {
  switch (state) {
    case 'running':
      return attempt > 1 ? `started, attempt ${attempt}` : 'started';
    case 'done':
      return `done, ${counted(tokens ?? 0)} tokens`;
    case 'failed':
    case 'retrying':
      return `${state}: ${trouble ?? 'no reason was given'}`;
    case 'waiting':
    case 'skipped':
    case 'cancelled':
      return state;
  }
}

/** The lines that became whole; with the end of the step, the last one as well. */
function saidSince(before: AgentProgress, then: AgentProgress): readonly string[] {
  if (then.text === '' || before.attempt !== then.attempt) return [];
  const earlier = wholeLines(before.text);
  const lines = then.state === 'done' ? then.text.split('\n') : wholeLines(then.text);
  return lines.slice(earlier.length).filter((line) => line.trim() !== '');
}

function wholeLines(text: string): readonly string[] {
  return text.split('\n').slice(0, -1);
}
