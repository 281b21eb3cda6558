import * as fc from 'fast-check';
import { compile } from './compile.js';
import { normalise } from './normalise.js';
import { readInput, readWorkflow } from './read-workflow.js';

function complaintsOf(sent: unknown): readonly string[] {
  const complaints: string[] = [];
  readWorkflow(sent, 'w', (path, message) => complaints.push(`${path} ${message}`));
  return complaints;
}

const unexpected = (path: string): never => {
  throw new Error(`complained of ${path}`);
};

const whole = {
  type: 'sequential',
  agents: [
    {
      agent_id: 'a',
      role: 'leader',
      execution_order: 1,
      input: {
        source: 'combined',
        agent_id: null,
        sources: [{ type: 'agent_result', agent_id: 'x' }],
        variable_name: 'v',
      },
      conditions: [{ field: 'a', operator: 'nonsense' }],
      timeout: 1.5,
      retry_config: { anything: ['goes'] },
    },
    { agent_id: 'b', role: null, execution_order: null, input: { source: 'initial_prompt' }, timeout: null },
  ],
  config: { layout: { x: [1] } },
};

describe('reading a workflow', () => {
  it('keeps every known field exactly as it was sent', () => {
    expect(readWorkflow(whole, 'w', unexpected)).toEqual(whole);
    expect(complaintsOf({ type: 'parallel', agents: [], config: null })).toEqual([]);
  });

  it('drops what it does not know', () => {
    const sent = {
      type: 'parallel',
      agents: [{ agent_id: 'a', input: { source: 'initial_prompt', extra: 1 }, config: {}, colour: 'red' }],
      version: 2,
    };
    expect(readWorkflow(sent, 'w', () => undefined)).toEqual({
      type: 'parallel',
      agents: [{ agent_id: 'a', input: { source: 'initial_prompt' } }],
    });
  });

  it.each<[string, unknown, readonly string[]]>([
    ['nothing', undefined, ['w must be an object']],
    ['a list', [], ['w must be an object']],
    [
      'an empty object',
      {},
      ['w.type must be one of sequential, parallel, pipeline, conditional', 'w.agents must be a list'],
    ],
    ['no list of agents', { type: 'parallel', agents: {} }, ['w.agents must be a list']],
    [
      'agents of another kind',
      { type: 'parallel', agents: [null, 'a'] },
      ['w.agents[0] must be an object', 'w.agents[1] must be an object'],
    ],
    ['a config of another kind', { type: 'parallel', agents: [], config: [] }, ['w.config must be an object']],
    [
      'empty agents',
      { type: 'parallel', agents: [{}] },
      ['w.agents[0].agent_id must be a text', 'w.agents[0].input must be an object'],
    ],
    [
      'wrong fields everywhere',
      {
        type: 'parallel',
        agents: [
          {
            agent_id: '',
            role: 'boss',
            execution_order: 1.5,
            timeout: '5',
            input: { source: 'thin air', agent_id: 7, sources: [{ type: 'x', agent_id: {} }], variable_name: [] },
          },
        ],
      },
      [
        'w.agents[0].agent_id must not be empty',
        'w.agents[0].role must be one of leader, member, coordinator',
        'w.agents[0].execution_order must be a whole number',
        'w.agents[0].input.source must be one of initial_prompt, agent_result, combined, context_variable',
        'w.agents[0].input.agent_id must be a text',
        'w.agents[0].input.sources[0].type must be one of initial_prompt, agent_result',
        'w.agents[0].input.sources[0].agent_id must be a text',
        'w.agents[0].input.variable_name must be a text',
        'w.agents[0].timeout must be a number',
      ],
    ],
    [
      'an endless id',
      { type: 'parallel', agents: [{ agent_id: 'a'.repeat(201), input: { source: 'initial_prompt' } }] },
      ['w.agents[0].agent_id must not be longer than 200 characters'],
    ],
    [
      'inherited fields',
      Object.create({ type: 'parallel', agents: [] }),
      ['w.type must be one of sequential, parallel, pipeline, conditional', 'w.agents must be a list'],
    ],
  ])('names what is wrong with %s', (_, sent, complaints) => {
    expect(complaintsOf(sent)).toEqual(complaints);
  });

  it('reads the input of one agent by itself', () => {
    const complaints: string[] = [];
    expect(readInput({ source: 'initial_prompt', x: 1 }, 'input', (path) => complaints.push(path))).toEqual({
      source: 'initial_prompt',
    });
    readInput(7, 'input', (path) => complaints.push(path));
    expect(complaints).toEqual(['input']);
  });

  it('never throws, and what it accepts can always be compiled and normalised', () => {
    const agent = fc.record(
      {
        agent_id: fc.oneof(fc.string(), fc.jsonValue()),
        role: fc.constantFrom('leader', null, 'x'),
        execution_order: fc.oneof(fc.integer(), fc.jsonValue()),
        input: fc.oneof(fc.constant({ source: 'initial_prompt' }), fc.jsonValue()),
        conditions: fc.jsonValue(),
        timeout: fc.oneof(fc.double(), fc.jsonValue()),
        retry_config: fc.jsonValue(),
      },
      { requiredKeys: ['agent_id', 'input'] },
    );
    const likely = fc.record(
      {
        type: fc.constantFrom('sequential', 'parallel', 'pipeline', 'conditional', 'x'),
        agents: fc.array(agent, { maxLength: 4 }),
        config: fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue()),
      },
      { requiredKeys: ['type', 'agents'] },
    );
    fc.assert(
      fc.property(fc.oneof(likely, fc.anything()), (sent) => {
        const complaints: string[] = [];
        const workflow = readWorkflow(sent, 'w', (path) => complaints.push(path));
        if (complaints.length > 0) return;
        compile(workflow);
        normalise(workflow);
      }),
    );
  });
});
