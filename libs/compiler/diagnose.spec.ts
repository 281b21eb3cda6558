import fc from 'fast-check';
import type { Json, JsonObject } from '#libs/kernel/index.js';
import { OPERATORS, type Strategy } from '#libs/workflow/index.js';
import { compile } from './compile.js';
import { diagnose } from './diagnose.js';
import type { AgentFacts, Diagnostic } from './diagnostic.js';
import { factsWith } from './testing/facts.js';
import type { Workflow, WorkflowAgent, WorkflowInput } from './workflow.js';

const PROMPT: WorkflowInput = { source: 'initial_prompt' };
const from = (agent_id: string): WorkflowInput => ({ source: 'agent_result', agent_id });
const when = (field: string, operator = 'equals', value: Json = 'x'): JsonObject => ({ field, operator, value });

const agent = (agent_id: string, input = PROMPT, ...conditions: readonly JsonObject[]): WorkflowAgent => ({
  agent_id,
  input,
  ...(conditions.length > 0 && { conditions: [...conditions] }),
});

const workflow = (type: Strategy, agents: readonly WorkflowAgent[], config: JsonObject = {}): Workflow => ({
  type,
  agents: type === 'sequential' ? agents.map((one, index) => ({ ...one, execution_order: index + 1 })) : agents,
  config,
});

const conditional = (...agents: readonly WorkflowAgent[]): Workflow => workflow('conditional', [agent('a'), ...agents]);

function diagnosed(one: Workflow, known: Readonly<Record<string, Partial<AgentFacts>>> = {}): readonly Diagnostic[] {
  const ids = one.agents.map(({ agent_id }) => agent_id);
  const facts = factsWith({ ...Object.fromEntries(ids.map((id) => [id, {}])), ...known });
  return diagnose(one, ids, facts).diagnostics;
}

/** `code path` of each. */
const told = (one: Workflow, known: Readonly<Record<string, Partial<AgentFacts>>> = {}): readonly string[] =>
  diagnosed(one, known).map(({ code, path }) => `${code} ${path.replace('workflow_definition.', '')}`);

const words = (one: Workflow): string => diagnosed(one)[0]?.message ?? '';

describe('a member that no run reaches', () => {
  it('asks for two things that exclude each other', () => {
    const one = conditional(
      agent('b', PROMPT, when('agent_a_result.data.category'), when('agent_a_result.data.category', 'equals', 'y')),
    );
    expect(told(one)).toEqual(['workflow.unreachable agents[1].conditions[0]']);
    expect(words(one)).toBe(
      '"B" never runs, because agent_a_result.data.category equals "x" excludes agent_a_result.data.category equals "y". Change the condition, or take the agent out.',
    );
  });

  it('asks for what no output holds, and is told what was meant', () => {
    const one = conditional(agent('b', PROMPT, when('agent_a_result.category')));
    expect(told(one)).toEqual(['workflow.unreachable agents[1].conditions[0]']);
    expect(words(one)).toContain('is agent_a_result.data.category meant?');
  });

  it.each([
    ['a part of a text', when('initial_prompt.language')],
    ['a part of a result', when('agent_a_result.result.category')],
    ['another kind of workflow', when('workflow_type', 'equals', 'parallel')],
    ['a prompt that is not there', when('initial_prompt', 'not_exists')],
  ])('asks for %s', (_, condition) => {
    expect(told(conditional(agent('b', PROMPT, condition)))).toEqual(['workflow.unreachable agents[1].conditions[0]']);
  });

  it('needs one that is not reached, by its input or by a condition', () => {
    const dead = agent('b', PROMPT, when('initial_prompt', 'not_exists'));
    const open = when('agent_a_result', 'exists');
    const both: WorkflowInput = { source: 'combined', sources: [{ type: 'agent_result', agent_id: 'b' }] };
    expect(told(conditional(dead, agent('c', from('b'), open))).at(-1)).toBe('workflow.unreachable agents[2].input');
    expect(told(conditional(dead, agent('c', both, open))).at(-1)).toBe('workflow.unreachable agents[2].input');
    const asks = agent('c', PROMPT, when('agent_b_result', 'exists'));
    expect(told(conditional(dead, asks)).at(-1)).toBe('workflow.unreachable agents[2].conditions[0]');
  });

  it('asks for the opposite of what one that it needs asks for', () => {
    const field = 'agent_a_result.data.category';
    const b = agent('b', PROMPT, when(field));
    const c = agent('c', from('b'), when(field, 'not_equals', 'x'));
    expect(told(conditional(b, c))).toEqual(['workflow.unreachable agents[2].conditions[0]']);
    expect(words(conditional(b, c))).toContain('"B" asks for, whom it needs');
  });

  it('needs two that never both run', () => {
    const field = 'agent_a_result.data.category';
    const [b, c] = [agent('b', PROMPT, when(field)), agent('c', PROMPT, when(field, 'equals', 'y'))];
    const d = agent('d', PROMPT, when('agent_b_result', 'exists'), when('agent_c_result', 'exists'));
    expect(told(conditional(b, c, d))).toEqual(['workflow.unreachable agents[3].input']);
  });

  it('is none that only has a rival, or waits for one not to run', () => {
    const field = 'agent_a_result.data.category';
    const [b, c] = [agent('b', PROMPT, when(field)), agent('c', PROMPT, when(field, 'equals', 'y'))];
    const d = agent('d', PROMPT, when('agent_b_result', 'not_exists'));
    expect(told(conditional(b, c, d))).toEqual([]);
  });
});

describe('a missing input', () => {
  const variable: WorkflowInput = { source: 'context_variable', variable_name: 'tone' };

  it('is a variable that nobody can have set', () => {
    expect(diagnosed(workflow('sequential', [agent('a', variable)]))).toMatchObject([
      { severity: 'error', code: 'workflow.input-missing', path: 'workflow_definition.agents[0].input.variable_name' },
    ]);
  });

  it('may be one that an earlier agent would have to set', () => {
    const one = workflow('sequential', [agent('a'), agent('b', variable)], { context: { tone: {} } });
    expect(diagnosed(one)[0]).toMatchObject({ severity: 'warning', code: 'workflow.input-missing' });
  });

  it('is none that the workflow declares, or that is there from the start', () => {
    const declared = { context: { tone: { reducer: 'replace', initial: 'dry' } } };
    expect(told(workflow('sequential', [agent('a', variable)], declared))).toEqual([]);
    const known: WorkflowInput = { source: 'context_variable', variable_name: 'team_id' };
    expect(told(workflow('sequential', [agent('a', known)]))).toEqual([]);
  });
});

describe('what is written and means something else', () => {
  it('is a prompt in the middle of a pipeline', () => {
    expect(told(workflow('pipeline', [agent('a'), agent('b')]))).toEqual([
      'workflow.input-linked agents[1].input.source',
    ]);
  });

  it('is a condition where nobody evaluates any', () => {
    const one = workflow('parallel', [agent('a', PROMPT, when('initial_prompt', 'exists'))]);
    expect(told(one)).toEqual(['workflow.conditions-ignored agents[0].conditions']);
  });

  it('is a result that nobody reads, save the last', () => {
    const one = workflow('sequential', [agent('a'), agent('b'), agent('c', from('a'))]);
    expect(told(one)).toEqual(['workflow.result-unused agents[1]']);
    const read: WorkflowInput = { source: 'context_variable', variable_name: 'agent_a_result' };
    expect(told(workflow('sequential', [agent('a'), agent('b', read)]))).toEqual([]);
  });
});

describe('a field that nobody is likely to fill', () => {
  it('has a name that nothing has', () => {
    const one = conditional(agent('b', PROMPT, when('category')));
    expect(told(one)).toEqual(['workflow.field-unknown agents[1].conditions[0].field']);
    expect(words(one)).toContain('is data.category meant?');
  });

  it('may be a variable that the workflow declares', () => {
    const agents = [agent('a'), agent('b', PROMPT, when('category'))];
    expect(told(workflow('conditional', agents, { context: { category: {} } }))).toEqual([]);
  });

  it('is a key that the instructions of its agent never mention', () => {
    const one = conditional(agent('b', PROMPT, when('agent_a_result.data.mood')));
    expect(told(one)).toEqual(['workflow.field-unlikely agents[1].conditions[0].field']);
    expect(told(one, { a: { instructions: 'Say {"Mood": …}.' } })).toEqual([]);
    expect(told(one, { a: { instructions: null } })).toEqual([]);
  });

  it('is none of a list, and none of whichever agent completes last', () => {
    expect(told(conditional(agent('b', PROMPT, when('agent_a_result.data.0'))))).toEqual([]);
    expect(told(conditional(agent('b', PROMPT, when('data.mood'))))).toEqual([]);
  });
});

describe('a loop', () => {
  const three = [agent('a'), agent('b', from('a')), agent('c', from('b'))];
  const looped = (...conditions: readonly JsonObject[]): Workflow =>
    workflow('pipeline', three, { feedback: { from: 'c', to: 'b', max_iterations: 3, when: [...conditions] } });

  it('that asks what its last agent is told to give is fine', () => {
    expect(told(looped(when('data.verdict')))).toEqual([]);
  });

  it('without a bound is an error', () => {
    const feedback = { from: 'c', to: 'b', when: [when('data.verdict')] };
    expect(diagnosed(workflow('pipeline', three, { feedback }))).toMatchObject([
      {
        severity: 'error',
        code: 'workflow.loop-unbounded',
        path: 'workflow_definition.config.feedback.max_iterations',
      },
    ]);
  });

  it('that asks for a field which its agent is unlikely to give never ends otherwise than by its bound', () => {
    expect(told(looped(when('data.mood')))).toEqual(['workflow.field-unlikely config.feedback.when[0].field']);
  });

  it.each([
    ['the prompt', when('initial_prompt', 'contains', 'x')],
    ['an agent outside of it', when('agent_a_result.data.verdict')],
  ])('that only asks about %s changes nothing by going back', (_, condition) => {
    expect(told(looped(condition))).toEqual(['workflow.loop-unchanging config.feedback.when']);
  });

  it('that asks whether there is an answer always goes back', () => {
    expect(told(looped(when('result', 'exists')))).toEqual(['workflow.loop-always config.feedback.when']);
  });

  it('that asks for contradictions never goes back', () => {
    const one = looped(when('data.score', 'greater_than', 7), when('data.score', 'less_than', 3));
    expect(told(one)).toEqual(['workflow.loop-never config.feedback.when[0]']);
    expect(told(looped(when('agent_c_result.verdict')))).toEqual(['workflow.loop-never config.feedback.when[0]']);
  });
});

describe('an approval', () => {
  const asked = (approval: JsonObject): Workflow => workflow('parallel', [{ ...agent('a'), approval }]);

  it('that nobody can give is an error', () => {
    expect(told(asked({ when: 'before', approvers: ['eve@example.com'], quorum: 2, expires_s: 60 }))).toEqual([
      'workflow.approval-invalid agents[0].approval.quorum',
    ]);
  });

  it('that may be waited for without an end is told', () => {
    expect(told(asked({ when: 'after' }))).toEqual(['workflow.approval-endless agents[0].approval.expires_s']);
    expect(told(asked({ when: 'after', expires_s: 60 }))).toEqual([]);
  });
});

describe('an agent', () => {
  const one = workflow('parallel', [agent('a')]);
  const ids = ['a'];

  it('that is not there is an error', () => {
    expect(diagnose(one, ids, factsWith({})).diagnostics).toMatchObject([
      { severity: 'error', code: 'agent.not-found', path: 'workflow_definition.agents[0].agent_id' },
    ]);
  });

  it('is told with everything that stands in its way', () => {
    const obstacles = [
      { code: 'agent.not-ready', message: 'Its status is error. Set it to active.' },
      { code: 'provider.no-key', message: 'There is no key.' },
    ];
    const all = diagnosed(one, { a: { obstacles, price: null } });
    expect(all.map(({ code }) => code)).toEqual(['agent.not-ready', 'provider.no-key']);
    expect(all[1]?.message).toBe('"A" cannot run. There is no key.');
  });

  it('whose price nobody knows is a warning, with the model or without one', () => {
    expect(diagnosed(one, { a: { price: null, model: 'x/y' } })[0]?.message).toContain('the price of x/y');
    expect(told(one, { a: { price: null, model: null } })).toEqual(['model.price-unknown agents[0].agent_id']);
  });

  it('may be given more than its model takes in', () => {
    expect(told(one, { a: { contextTokens: 5_000, maxOutputTokens: 4_096 } })).toEqual([
      'model.context-too-long agents[0].input',
    ]);
    expect(told(one, { a: { contextTokens: 8_192, maxOutputTokens: 4_096 } })).toEqual([]);
  });
});

describe('diagnose', () => {
  it('says nothing of what follows from a problem, and everything else at once', () => {
    const broken = agent('b', PROMPT, when('agent_a_result.category'), when('result', 'resembles'));
    const fine = agent('c', PROMPT, when('initial_prompt', 'not_exists'));
    expect(told(conditional(broken, fine))).toEqual([
      'workflow.unknown-operator agents[1].conditions[1].operator',
      'workflow.unreachable agents[2].conditions[0]',
    ]);
  });

  it('puts errors first, and otherwise keeps the order of the workflow', () => {
    const agents = Array.from({ length: 11 }, (_, index) => agent(`a${index}`));
    const all = diagnose(
      workflow('parallel', agents),
      agents.map(({ agent_id }) => agent_id),
      {
        ...factsWith({ a3: { price: null } }),
        agentLimit: 11,
      },
    ).diagnostics;
    expect(all.map(({ severity }) => severity)).toEqual([...Array(10).fill('error'), 'warning']);
    expect(all.at(-2)?.path).toBe('workflow_definition.agents[10].agent_id');
  });

  it('gives a plan and a worst case only for what compiles', () => {
    const facts = factsWith({ a: {}, b: {} });
    const fine = diagnose(workflow('parallel', [agent('a'), agent('b')]), ['a', 'b'], facts);
    expect([fine.plan?.nodes.length, fine.worstCase.steps]).toEqual([2, 2]);
    const wrong = diagnose(workflow('parallel', [agent('a'), agent('b', from('a'))]), ['a', 'b'], facts);
    expect([wrong.plan, wrong.worstCase.steps]).toEqual([null, 0]);
  });

  it('counts no step that is never reached', () => {
    const one = conditional(agent('b', PROMPT, when('initial_prompt', 'not_exists')));
    expect(diagnose(one, ['a', 'b'], factsWith({ a: {}, b: {} })).worstCase.steps).toBe(1);
  });

  it('never answers with more than a hundred, nor looks into more agents than a team may have', () => {
    const many = Array.from({ length: 500 }, (_, index) => agent(`a${index}`, from('nobody')));
    const { diagnostics } = diagnose(workflow('sequential', many), [], factsWith({}));
    expect(diagnostics).toHaveLength(100);
    expect(diagnostics.some(({ code }) => code === 'agent.not-found')).toBe(false);
  });

  it('answers whatever is written, and agrees with compile on what compiles', () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd', '__proto__');
    const field = fc.constantFrom(
      'result',
      'data.n',
      'agent_a_result.data.n',
      'agent_b_result',
      'initial_prompt',
      'x.y',
    );
    const condition = fc.record({
      field,
      operator: fc.constantFrom(...OPERATORS),
      value: fc.constantFrom(1, '1', 'x'),
    });
    const input = fc.record({ source: fc.constantFrom('initial_prompt', 'agent_result', 'combined'), agent_id: id });
    const written = fc.record({ agent_id: id, execution_order: fc.nat(4), input, conditions: fc.array(condition) });
    const feedback = fc.record({ from: id, to: id, max_iterations: fc.nat(3), when: fc.array(condition) });
    const type = fc.constantFrom('sequential', 'parallel', 'pipeline', 'conditional');
    const any = fc.record({ type, agents: fc.array(written, { maxLength: 5 }), config: fc.record({ feedback }) });
    fc.assert(
      fc.property(any as fc.Arbitrary<Workflow>, (one) => {
        const { plan, diagnostics } = diagnose(one, ['a', 'b'], factsWith({ a: {}, b: { price: null } }));
        const compiled = compile(one, { agentIds: ['a', 'b'] });
        expect(plan).toEqual(Array.isArray(compiled) ? null : compiled);
        for (const { message, path } of diagnostics) {
          expect(message).toMatch(/[.?]$/);
          expect(path).toMatch(/^(workflow_definition|agent_ids)/);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
