import { ApiClient } from './api.client.js';
import type { ExitCode } from './command.js';
import { Failed } from './failure.js';
import { painter } from './paint.js';
import type { PrivateServer } from './private-server.js';
import { type Progress, progressOf } from './progress.js';
import { LiveScreen, PlainScreen, type Screen } from './screen.js';
import { summaryOf } from './summary.js';
import type { Terminal } from './terminal.js';

export interface Show {
  readonly server: Pick<PrivateServer, 'url' | 'credentials'>;
  readonly team: string;
  readonly prompt: string;
  /** Progress goes beside the result, which is JSON. */
  readonly isJson: boolean;
}

/** Runs a team and shows it until its end. 0 only if the run completed. */
export async function showRun({ server, team: name, prompt, isJson }: Show, terminal: Terminal): Promise<ExitCode> {
  const paint = painter(terminal.hasColour && !isJson);
  const say = isJson ? terminal.err : terminal.out;
  const client = await ApiClient.signIn(server.url, server.credentials, terminal.interrupted);
  const team = await client.teamNamed(name);
  const names = await client.agentNames();
  say(`${paint('bold', name)} on ${server.url}\n${paint('dim', prompt)}\n\n`);

  const agents = team.agent_ids.map((id) => ({ id, name: names.get(id) ?? id }));
  const screen = screenOn({ ...terminal, isLive: terminal.isLive && !isJson }, progressOf(agents), say);
  const executionId = await client.execute(team.team_id, prompt);
  try {
    for await (const event of client.events(executionId)) screen.see(event);
  } finally {
    screen.end();
  }
  if (screen.progress.status === null) throw new Failed('The stream of events ended before the run did.');

  const result = await client.result(executionId);
  if (isJson) terminal.out(`${JSON.stringify(result, null, 2)}\n`);
  else terminal.out(summaryOf(result, screen.progress, paint));
  return result.status === 'completed' ? 0 : 1;
}

function screenOn({ isLive, columns, hasColour }: Terminal, progress: Progress, say: (text: string) => void): Screen {
  if (!isLive) return new PlainScreen(progress, say);
  return new LiveScreen(progress, { columns, paint: painter(hasColour) }, say);
}
