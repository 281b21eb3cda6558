import { planWith } from '#libs/workflow/testing/journals.js';
import { estimatedTokens, stepSizes } from './step-sizes.js';
import { factsWith } from './testing/facts.js';
import { worstCaseOf } from './worst-case.js';

const ONCE = { attempts: 1, firstMs: 0, factor: 1, capMs: 0, on: ['server_error'] } as const;
const TWICE = { attempts: 2, firstMs: 10_000, factor: 2, capMs: 60_000, on: ['server_error'] } as const;
const node = (seconds: number, after: readonly string[] = [], retry: typeof ONCE | typeof TWICE = ONCE) => ({
  timeoutMs: seconds * 1_000,
  after,
  retry,
});

const nobody = factsWith({});
const secondsOf = (plan: Parameters<typeof worstCaseOf>[0]): number | null => worstCaseOf(plan, nobody).seconds;

describe('the worst case', () => {
  it('counts attempts: retries, and rounds of a loop', () => {
    const loops = [{ id: 'l1', from: 's3', to: 's2', body: ['s2', 's3'], maxRounds: 3, when: [] }];
    const plan = planWith({ s1: node(1), s2: node(1, ['s1'], TWICE), s3: node(1, ['s2']) }, { loops });
    expect(worstCaseOf(plan, nobody).steps).toBe(1 + 4 * 2 + 4);
  });

  it('counts one attempt where nothing is tried again', () => {
    const plan = planWith({ s1: { ...node(1), retry: { ...TWICE, on: [] } } });
    expect(worstCaseOf(plan, nobody)).toMatchObject({ steps: 1, seconds: 1 });
  });

  it('takes the longest pause before each further attempt', () => {
    const retry = { attempts: 4, firstMs: 10_000, factor: 3, capMs: 60_000, on: ['timeout'] as const };
    expect(secondsOf(planWith({ s1: { ...node(1), retry } }))).toBe(4 + 10 + 30 + 60);
  });

  it('uses the default where an agent has no time of its own', () => {
    expect(secondsOf(planWith({ s1: { retry: ONCE } }))).toBe(600);
  });

  it('lasts as long as its longest chain', () => {
    const plan = planWith({ s1: node(10), s2: node(5, ['s1']), s3: node(50, ['s1']), s4: node(1, ['s2', 's3']) });
    expect(secondsOf(plan)).toBe(61);
  });

  it('lasts longer where fewer may run at once', () => {
    const nodes = { s1: node(10), s2: node(10), s3: node(10), s4: node(10) };
    expect([4, 2, 1].map((width) => secondsOf(planWith(nodes, { width })))).toEqual([10, 25, 40]);
  });

  it('lasts as long as all together where one may wait for any other', () => {
    expect(secondsOf(planWith({ s1: node(10), s2: node(10), s3: { ...node(10), conditionsMayTurn: true } }))).toBe(30);
  });

  it('waits for people as long as they may take, in each round', () => {
    const approval = { when: 'before', approvers: [], quorum: 1, expiresMs: 60_000, onExpiry: 'reject' } as const;
    const loops = [{ id: 'l1', from: 's1', to: 's1', body: ['s1'], maxRounds: 1, when: [] }];
    expect(secondsOf(planWith({ s1: { ...node(1), approval } }, { loops }))).toBe(2 * 61);
    expect(secondsOf(planWith({ s1: { ...node(1), approval: { ...approval, expiresMs: null } } }))).toBeNull();
  });

  it('costs every attempt with its longest input and output', () => {
    const price = { inMicrosPer1k: 1_000, outMicrosPer1k: 2_000 };
    const agent = { price, instructions: '', maxOutputTokens: 500 };
    const facts = factsWith({ 'agent-s1': agent, 'agent-s2': agent });
    const plan = planWith({
      s1: node(1, [], TWICE),
      s2: { ...node(1, ['s1']), input: { from: 'result', node: 's1' } },
    });
    // Twice 1,000 in and 500 out, then 500 in and 500 out.
    expect(worstCaseOf(plan, facts).costMicros).toBe(2 * (1_000 + 1_000) + (500 + 1_000));
  });

  it('has no cost where one price is missing, unless that agent never runs', () => {
    const facts = factsWith({ 'agent-s1': {}, 'agent-s2': { price: null } });
    const plan = planWith({ s1: node(1), s2: node(1) });
    expect(worstCaseOf(plan, facts).costMicros).toBeNull();
    expect(worstCaseOf(plan, facts, new Set(['s2']))).toMatchObject({ steps: 1, costMicros: 0 });
  });
});

describe('the size of a step', () => {
  it('adds instructions, the prompt, earlier answers and feedback', () => {
    const facts = factsWith({
      'agent-s1': { instructions: 'x'.repeat(300), maxOutputTokens: 200 },
      'agent-s2': { instructions: '', maxOutputTokens: 50 },
      'agent-s3': { instructions: '', maxOutputTokens: null },
    });
    const loops = [{ id: 'l1', from: 's2', to: 's1', body: ['s1', 's2'], maxRounds: 1, when: [] }];
    const parts = [{ from: 'prompt' }, { from: 'variable', name: 'agent_agent-s1_result' }] as const;
    const plan = planWith(
      {
        s1: {},
        s2: { input: { from: 'result', node: 's1' } },
        s3: { input: { from: 'combined', parts } },
        s4: { input: { from: 'variable', name: 'initial_prompt' } },
        s5: { input: { from: 'variable', name: 'whatever' } },
      },
      { loops },
    );
    const sizes = stepSizes(plan, facts);
    expect(sizes.get('s1')).toEqual({ tokensIn: 100 + 1_000 + 50, tokensOut: 200 });
    expect(sizes.get('s2')).toEqual({ tokensIn: 200, tokensOut: 50 });
    expect(sizes.get('s3')).toEqual({ tokensIn: 1_200, tokensOut: 1_200 });
    expect(sizes.get('s4')?.tokensIn).toBe(1_000);
    expect(sizes.get('s5')?.tokensIn).toBe(0);
  });

  it('is estimated from the bytes of a text, rather too high', () => {
    expect(estimatedTokens('')).toBe(0);
    expect(estimatedTokens('four')).toBe(2);
    expect(estimatedTokens('ção')).toBe(2);
  });
});
