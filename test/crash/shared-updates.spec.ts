// Real: an engine in processes that are killed with -9, records in a file.

import type { Workflow } from '#libs/compiler/index.js';
import { EngineWorld } from '#libs/executions/testing/engine.world.js';
import { EngineLives, workflow } from './engine-lives.js';
import type { Errand } from './life.js';

const AGENTS = ['ann', 'bob', 'cid', 'dan'];
const UPDATES = 24;

const set = (name: string, value: unknown): string => `[[call:context_set ${JSON.stringify({ name, value })}]]`;

/** Two turns of each agent: one that is the same for all, and one with updates that nobody else makes. */
const updatesOf = (agent: string): readonly string[] => Array.from({ length: UPDATES }, (_, n) => `${agent}-${n}`);
const busy = (agent: string): string =>
  updatesOf(agent)
    .map((update, n) => (n % 2 === 0 ? set('list', update) : set('table', { [update]: n })))
    .join('');

const context = { list: { reducer: 'append' }, table: { reducer: 'merge' }, total: { reducer: 'sum' } };
const shared: Workflow = { ...workflow('parallel', AGENTS), config: { context } };

const errand: Errand = {
  workflow: shared,
  prompt: [1, 10, 100].map((value) => set('total', value)).join(''),
  systemPrompts: Object.fromEntries(AGENTS.map((agent) => [agent, busy(agent)])),
  runs: 1,
};

const sorted = (updates: readonly string[]): readonly string[] => updates.toSorted();

test.each(['database.before-commit', 'database.after-commit'])(
  'at each %s: of what agents write to variables they share nothing is lost and nothing is there twice',
  async (point) => {
    let deaths = 0;
    for (;;) {
      const lives = new EngineLives();
      // The tables first: their commits are not what is asked about.
      await (await EngineWorld.inFolder(lives.dataDir)).close();
      const { signal, accepted } = lives.lived(errand, `${point}:${deaths + 1}`);
      if (signal === null) break;
      deaths++;
      for (const { state } of await lives.survive(accepted)) {
        const { list, table, total } = state.variables;
        const [there, keys] = [list?.value, Object.keys(Object(table?.value))];
        const all = AGENTS.flatMap(updatesOf);
        expect([state.status, total?.value]).toEqual(['completed', 111 * AGENTS.length]);
        expect(sorted(there as readonly string[])).toEqual(sorted(all.filter((_, n) => n % 2 === 0)));
        expect(sorted(keys)).toEqual(sorted(all.filter((_, n) => n % 2 === 1)));
        const updates = AGENTS.length * (UPDATES + 3);
        expect(state.contextVersion).toBe(1 + updates + AGENTS.length);
      }
    }
    // The acceptance, the turns, the ends.
    expect(deaths).toBeGreaterThanOrEqual(4);
  },
  120_000,
);
