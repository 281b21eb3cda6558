import type { Json } from '#libs/kernel/index.js';
import { compile } from './compile.js';

function compiled(context: Json) {
  const agents = [{ agent_id: 'a', input: { source: 'initial_prompt' } as const }];
  return compile({ type: 'parallel', agents, config: { context } });
}

function contextOf(context: Json) {
  const plan = compiled(context);
  return 'nodes' in plan ? plan.context : plan;
}

function problemsOf(context: Json): readonly string[] {
  const plan = compiled(context);
  return 'nodes' in plan ? [] : plan.map(({ path, code, message }) => `${path} ${code} ${message}`);
}

const PATH = 'workflow_definition.config.context';

describe('the variables that a workflow declares', () => {
  it('have a reducer and, if they like, a value to begin with', () => {
    const context = {
      notes: { reducer: 'append', initial: ['first'] },
      best: { reducer: 'max', initial: 0.5 },
      total: { reducer: 'sum' },
      table: { reducer: 'merge', initial: {} },
      topic: { initial: 'bread' },
      plain: {},
      nothing: { reducer: 'append', initial: null },
    };
    expect(contextOf(context)).toEqual({
      ...context,
      topic: { reducer: 'replace', initial: 'bread' },
      plain: { reducer: 'replace' },
      nothing: { reducer: 'append' },
    });
  });

  it('may be absent', () => {
    expect(contextOf(null)).toBeUndefined();
    expect(contextOf({})).toEqual({});
  });

  it('may have any name', () => {
    const context = JSON.parse('{"__proto__": {"reducer": "sum"}, "constructor": {}}');
    expect(Object.keys(Object(contextOf(context)))).toEqual(['__proto__', 'constructor']);
  });

  it.each<[string, Json, string]>([
    ['what is no object', [], 'must be an object'],
    ['a text', 'x', 'must be an object'],
    ['too many', Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`v${n}`, {}])), 'at most 100 variables'],
    [
      'a variable that is no object',
      { a: 1 },
      `${PATH}.a workflow.context-invalid must be an object with reducer and initial`,
    ],
    [
      'a reducer that there is not',
      { a: { reducer: 'min' } },
      `${PATH}.a.reducer workflow.context-invalid must be one of replace`,
    ],
    ['a blank name', { ' ': {} }, 'must have a name of 1 to 200 characters'],
    ['a long name', { ['x'.repeat(201)]: {} }, 'must have a name of 1 to 200 characters'],
    ['a start variable', { initial_prompt: {} }, 'has a name that the run sets itself'],
    ['a result', { agent_a_result: {} }, 'has a name that the run sets itself'],
    ['pipeline_input', { pipeline_input: {} }, 'has a name that the run sets itself'],
    [
      'a text to sum up from',
      { a: { reducer: 'sum', initial: '1' } },
      `${PATH}.a.initial workflow.context-invalid must be a number`,
    ],
    ['a text to append to', { a: { reducer: 'append', initial: 'x' } }, 'must be a list for the reducer append'],
    ['a list to merge into', { a: { reducer: 'merge', initial: [] } }, 'must be an object for the reducer merge'],
  ])('are refused with the place named: %s', (_, context, problem) => {
    expect(problemsOf(context)).toEqual([expect.stringContaining(problem)]);
  });
});
