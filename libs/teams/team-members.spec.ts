import * as fc from 'fast-check';
import { compile, type WorkflowAgent } from '#libs/compiler/index.js';
import { AppError } from '#libs/kernel/index.js';
import type { Strategy } from '#libs/workflow/index.js';
import { AlreadyMember, LastMember, MemberNotFound } from './team.errors.js';
import type { Team } from './team.js';
import { withChangedMember, withMember, withoutMember } from './team-members.js';

const prompt = { source: 'initial_prompt' } as const;
const resultOf = (agent_id: string) => ({ source: 'agent_result', agent_id }) as const;

function teamWith(type: Strategy, ...agents: readonly (Partial<WorkflowAgent> & { agent_id: string })[]): Team {
  return {
    id: 't',
    userId: 'u',
    name: 'Team',
    description: null,
    agentIds: agents.map(({ agent_id }) => agent_id),
    workflow: { type, agents: agents.map((agent) => ({ input: prompt, ...agent })) },
    config: {},
    isActive: true,
    createdAt: 0,
    updatedAt: 0,
  };
}

const pipeline = teamWith(
  'pipeline',
  { agent_id: 'a' },
  { agent_id: 'b', input: resultOf('a') },
  { agent_id: 'c', input: resultOf('b') },
);

const links = ({ workflow }: Team): readonly string[] =>
  workflow.agents.map(({ agent_id, input }) => `${agent_id} < ${input.agent_id ?? 'prompt'}`);

describe('a new member', () => {
  it('needs nothing but its id', () => {
    const team = withMember(teamWith('parallel', { agent_id: 'a' }), 'b', {});
    expect(team.agentIds).toEqual(['a', 'b']);
    expect(team.workflow.agents[1]).toEqual({ agent_id: 'b', input: prompt });
  });

  it('of a sequence comes last unless it says its place', () => {
    const sequence = teamWith(
      'sequential',
      { agent_id: 'a', execution_order: 7 },
      { agent_id: 'b', execution_order: 3 },
    );
    expect(withMember(sequence, 'c', {}).workflow.agents[2]).toMatchObject({ execution_order: 8, input: prompt });
    expect(withMember(sequence, 'c', { execution_order: 5 }).workflow.agents[2]).toMatchObject({ execution_order: 5 });
    const below = teamWith('sequential', { agent_id: 'a', execution_order: -4 });
    expect(withMember(below, 'c', {}).workflow.agents[1]).toMatchObject({ execution_order: 1 });
  });

  it('of a pipeline reads the one before', () => {
    expect(links(withMember(pipeline, 'd', {}))).toEqual(['a < prompt', 'b < a', 'c < b', 'd < c']);
  });

  it('in the middle of an ordered pipeline links the ones around it', () => {
    const ordered = teamWith(
      'pipeline',
      { agent_id: 'a', execution_order: 1 },
      { agent_id: 'c', execution_order: 3, input: resultOf('a') },
    );
    expect(links(withMember(ordered, 'b', { execution_order: 2 }))).toEqual(['a < prompt', 'c < b', 'b < a']);
    expect(withMember(ordered, 'd', {}).workflow.agents[2]).toMatchObject({ execution_order: 4 });
  });

  it('keeps the input it says', () => {
    expect(links(withMember(pipeline, 'd', { input: resultOf('a') }))).toEqual([
      'a < prompt',
      'b < a',
      'c < b',
      'd < a',
    ]);
  });

  it('is refused when it is there already', () => {
    expect(() => withMember(pipeline, 'b', {})).toThrow(AlreadyMember);
  });
});

describe('a changed member', () => {
  it('keeps what was not said', () => {
    const team = teamWith('parallel', { agent_id: 'a', role: 'leader', timeout: 5 }, { agent_id: 'b' });
    const [changed, other] = withChangedMember(team, 'a', { timeout: 9 }).workflow.agents;
    expect(changed).toEqual({ agent_id: 'a', role: 'leader', timeout: 9, input: prompt });
    expect(other).toEqual(team.workflow.agents[1]);
  });

  it('takes its new place in an ordered pipeline', () => {
    const ordered = teamWith(
      'pipeline',
      { agent_id: 'a', execution_order: 1 },
      { agent_id: 'b', execution_order: 2, input: resultOf('a') },
    );
    expect(links(withChangedMember(ordered, 'a', { execution_order: 3 }))).toEqual(['a < b', 'b < prompt']);
  });

  it('must be a member', () => {
    expect(() => withChangedMember(pipeline, 'x', {})).toThrow(MemberNotFound);
  });
});

describe('a member that goes', () => {
  it('leaves a linked pipeline behind', () => {
    expect(links(withoutMember(pipeline, 'b'))).toEqual(['a < prompt', 'c < a']);
    expect(links(withoutMember(pipeline, 'a'))).toEqual(['b < prompt', 'c < b']);
    expect(withoutMember(pipeline, 'b').agentIds).toEqual(['a', 'c']);
  });

  it('must be a member, and not the last one', () => {
    expect(() => withoutMember(pipeline, 'x')).toThrow(MemberNotFound);
    expect(() => withoutMember(teamWith('parallel', { agent_id: 'a' }), 'a')).toThrow(LastMember);
  });
});

it('however its members change, a pipeline or a parallel team can run', () => {
  const id = fc.constantFrom('a', 'b', 'c', 'd', 'e');
  const act = fc.record({ what: fc.constantFrom('add', 'change', 'remove'), id, order: fc.option(fc.nat({ max: 9 })) });
  fc.assert(
    fc.property(fc.constantFrom<Strategy>('pipeline', 'parallel'), fc.array(act), (type, acts) => {
      let team = teamWith(type, { agent_id: 'a' });
      for (const one of acts) team = acted(team, one) ?? team;
      expect(compile(team.workflow, { agentIds: team.agentIds })).toHaveProperty('nodes');
    }),
  );
});

function acted(team: Team, act: { what: string; id: string; order: number | null }): Team | null {
  const said = act.order === null ? {} : { execution_order: act.order };
  try {
    if (act.what === 'add') return withMember(team, act.id, said);
    return act.what === 'change' ? withChangedMember(team, act.id, said) : withoutMember(team, act.id);
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}
