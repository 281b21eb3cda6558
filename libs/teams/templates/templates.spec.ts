import { compile, normalise } from '#libs/compiler/index.js';
import { TEMPLATES } from './templates.js';

describe.each(TEMPLATES)('the template $id', ({ agents, workflow, examplePrompt }) => {
  const ids = new Map(agents.map(({ key }, index) => [key, `0197.${index}`]));
  const instance = workflow((key) => ids.get(key) ?? 'nobody');

  it('becomes a workflow that can run, with exactly its agents', () => {
    const plan = compile(instance, { agentIds: [...ids.values()] });
    expect(plan).toHaveProperty('nodes.length', agents.length);
  });

  it('is in normal form already', () => {
    expect(normalise(instance)).toEqual(instance);
  });

  it('says something to whoever tries it, without a model', () => {
    expect(examplePrompt).not.toBe('');
    for (const { simulation, instructions } of agents) {
      expect(simulation).toMatch(/^\[\[sleep:\d+\]\]\[\[(say|json):/);
      expect(simulation).toMatch(/\]\]$/);
      expect(simulation.match(/\]\]/g)).toHaveLength(2);
      expect(instructions).not.toContain('[[');
    }
  });
});
