import { outputInvalid, repairDemand, schemaDemand, takesSchema } from './output-demand.js';

const provider = (name: string) => ({
  name,
  protocol: 'openai' as const,
  baseUrl: 'http://h',
  keyVariable: 'K',
  models: [],
});
const schema = { type: 'object' };

describe('whether a model takes a schema beside its prompt', () => {
  it.each(['gpt-4o', 'gpt-4o-mini', 'ft:gpt-4o-mini:acme', 'gpt-4.1', 'gpt-5-nano', 'o1', 'o3-mini', 'o4-mini'])(
    'so does %s',
    (model) => expect(takesSchema(provider('openai'), model, schema)).toBe(true),
  );

  it.each(['gpt-4', 'gpt-4-turbo', 'gpt-3.5-turbo', 'o1-mini', 'o1-preview', 'gpt-4o-2024-05-13', 'llama3'])(
    'not so %s',
    (model) => expect(takesSchema(provider('openai'), model, schema)).toBe(false),
  );

  it('so does no other provider, and none with a schema of something else than an object', () => {
    expect(takesSchema(provider('local'), 'gpt-4o', schema)).toBe(false);
    expect(takesSchema(provider('openai'), 'gpt-4o', { type: 'array' })).toBe(false);
    expect(takesSchema(provider('openai'), 'gpt-4o', {})).toBe(false);
  });
});

describe('what is said of a schema', () => {
  it('is the schema itself, then what is wrong, then that it stayed wrong', () => {
    expect(schemaDemand(schema)).toMatch(/nothing else.*\n\n\{"type":"object"\}$/);
    expect(repairDemand(['/a must be number', '/b is missing'])).toContain('- /a must be number\n- /b is missing\n');
    expect(outputInvalid(['/a must be number', '/b is missing']).message).toMatch(/agent: \/a must be number; \/b/);
  });
});
