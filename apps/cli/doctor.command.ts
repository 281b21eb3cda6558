import { type Checkup, reportOf, verdictOn } from './checkup.js';
import { type Command, JSON_OPTION } from './command.js';
import { painter } from './paint.js';

export const doctor: Command = {
  words: ['doctor'],
  summary: 'look whether a server can run here, and say what mends it',
  details: `Looks at the runtime, the configuration, the data folder, its disk, the database and the port. Changes nothing and
works beside a running server. Ends with 78 when the configuration cannot be used, with 1 on any other problem.`,
  options: JSON_OPTION,
  async run({ switches }, terminal) {
    const { examine } = await import('./examine.js');
    const checkups = await examine(terminal);
    if (switches.has('json')) terminal.out(`${JSON.stringify(checkups.map(viewOf), null, 2)}\n`);
    else terminal.out(reportOf(checkups, painter(terminal.hasColour)));
    return verdictOn(checkups);
  },
};

function viewOf({ name, state, found, trouble }: Checkup) {
  const { because, impact, fix } = trouble ?? { because: null, impact: null, fix: [] };
  return { check: name, state, found, because, impact, fix };
}
