import { describeAgent, UNDESCRIBED } from './describe-agent.js';

const before = {
  ...UNDESCRIBED,
  name: 'Researcher',
  description: 'Finds things',
  model: 'gpt-4',
  systemPrompt: 'Be exact.',
  tools: [{ name: 'search', description: '' }],
  capabilities: ['search'],
  knowledgeBaseIds: ['kb1'],
  role: 'leader',
};

describe('what a body makes of an agent', () => {
  it('has a default for everything but the name', () => {
    expect(describeAgent({ name: 'A' })).toEqual({ ...UNDESCRIBED, name: 'A' });
  });

  it('keeps what the body does not mention, and what it leaves null', () => {
    expect(describeAgent({}, before)).toEqual(before);
    const nothing = {
      name: null,
      description: null,
      status: null,
      role: null,
      capabilities: null,
      configuration: null,
    };
    expect(describeAgent({ ...nothing, knowledge_base_ids: null, tools: null, system_prompt: null }, before)).toEqual(
      before,
    );
    expect(describeAgent({ configuration: { system_prompt: null, tools: null } }, before)).toEqual(before);
  });

  it('takes flat fields and configuration mixed, and lets configuration win', () => {
    const flat = { model: 'flat', system_prompt: 'flat', tools: [{ name: 'flat' }] };
    expect(describeAgent(flat, before)).toMatchObject({
      model: 'flat',
      systemPrompt: 'flat',
      tools: [{ name: 'flat', description: '' }],
    });
    const configuration = { model: 'inner', system_prompt: '', tools: [] };
    expect(describeAgent({ ...flat, configuration }, before)).toMatchObject({
      model: 'inner',
      systemPrompt: '',
      tools: [],
    });
    expect(describeAgent({ ...flat, configuration: { model: null } }, before).model).toBe('flat');
  });

  it('changes a part of the configuration and keeps the rest', () => {
    expect(describeAgent({ configuration: { model: 'new' } }, before)).toEqual({ ...before, model: 'new' });
  });

  it('tells an empty list of tools from none at all', () => {
    expect(describeAgent({ name: 'A' }).tools).toBeNull();
    expect(describeAgent({ name: 'A', tools: null }).tools).toBeNull();
    expect(describeAgent({ name: 'A', tools: [] }).tools).toEqual([]);
    expect(describeAgent({ configuration: { tools: [] } }, before).tools).toEqual([]);
    expect(describeAgent({ configuration: {} }, { ...before, tools: null }).tools).toBeNull();
  });

  it('takes an output schema from either place, keeps it, and takes it back on null', () => {
    const schema = { type: 'object' };
    const configured = describeAgent(
      { output_schema: { type: 'string' }, configuration: { output_schema: schema } },
      before,
    );
    expect(configured.outputSchema).toEqual(schema);
    expect(describeAgent({ output_schema: schema }, before).outputSchema).toEqual(schema);
    expect(describeAgent({}, configured).outputSchema).toEqual(schema);
    expect(describeAgent({ configuration: { output_schema: null } }, configured).outputSchema).toBeNull();
  });

  it('takes the model back on null', () => {
    expect(describeAgent({ model: null }, before).model).toBeNull();
    expect(describeAgent({ configuration: { model: null } }, before).model).toBeNull();
  });
});
