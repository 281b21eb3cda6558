import { type Command, JSON_OPTION } from './command.js';

const TEAM = 'Market analysis';
const PROMPT = 'Should a regional bakery chain offer a subscription for fresh bread?';

/** What the README shows first: nothing to install, no account, no key, nothing left behind. */
export const demo: Command = {
  words: ['demo'],
  summary: 'run a team of simulated agents on a private server and watch it work',
  details: `A whole server is started in a throw-away folder, on a free port of this machine. A team of three agents on the
simulated model works on a question, over the same API that your program would use; what you see comes from its stream
of events. Then everything is removed. Ctrl-C ends it at any time.`,
  options: JSON_OPTION,
  async run({ switches }, terminal) {
    const { PrivateServer } = await import('./private-server.js');
    const { showRun } = await import('./show-run.js');
    const isJson = switches.has('json');
    if (!isJson) terminal.out('Starting a private server ...\n');
    const server = await PrivateServer.start(terminal.folder);
    try {
      return await showRun({ server, team: TEAM, prompt: PROMPT, isJson }, terminal);
    } finally {
      await server.stop();
    }
  },
};
