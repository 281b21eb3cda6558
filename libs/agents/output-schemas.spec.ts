import type { JsonObject } from '#libs/kernel/index.js';
import { LARGEST_SCHEMA, OutputSchemas } from './output-schemas.js';

const schemas = new OutputSchemas();
const verdict: JsonObject = {
  type: 'object',
  properties: { verdict: { enum: ['pass', 'fail'] }, score: { type: 'number', minimum: 0 } },
  required: ['verdict'],
  additionalProperties: false,
};
const nested = (depth: number): JsonObject => (depth === 0 ? { type: 'string' } : { items: nested(depth - 1) });

describe('a schema that an agent may have', () => {
  it.each<[string, JsonObject]>([
    ['an object', verdict],
    ['an empty one', {}],
    ['one with a reference into itself', { $defs: { price: { type: 'number' } }, items: { $ref: '#/$defs/price' } }],
    ['one of draft 7', { $schema: 'http://json-schema.org/draft-07/schema#', items: [{ type: 'number' }] }],
    ['one of 2020-12', { $schema: 'https://json-schema.org/draft/2020-12/schema', prefixItems: [{ type: 'number' }] }],
    ['one with words of its own', { 'x-ui': 'wide', type: 'string', format: 'date' }],
    ['one with an address', { $id: 'https://example.com/verdict', type: 'string' }],
  ])('is %s, as often as it is given', async (_, schema) => {
    expect(await schemas.refusalOf(schema)).toBeNull();
    expect(await new OutputSchemas().refusalOf({ ...schema, title: 'again' })).toBeNull();
    expect(await schemas.refusalOf({ ...schema, title: 'again' })).toBeNull();
  });

  it.each<[string, JsonObject, string]>([
    ['names a type that is none', { type: 'strin' }, 'must be a JSON schema: it/type must be equal to one of'],
    ['has properties that are no object', { properties: 5 }, 'it/properties must be object'],
    ['leads out of itself', { $ref: 'https://example.com/other' }, "can't resolve reference https://example.com/other"],
    ['holds a pattern that is none', { pattern: '(' }, 'Invalid regular expression'],
    ['would be judged later', { $async: true }, '"$async"'],
    ['is too large', { description: 'x'.repeat(LARGEST_SCHEMA) }, `at most ${LARGEST_SCHEMA} characters`],
    ['goes round in circles', { $defs: { a: { $ref: '#/$defs/a' } }, $ref: '#/$defs/a' }, 'comes to no end'],
    ['is too deep', nested(40), 'deeper than 32'],
    ['is far too deep', nested(5_000), 'deeper than 32'],
  ])('is none that %s', async (_, schema, reason) => {
    expect(await schemas.refusalOf(schema)).toContain(reason);
  });
});

describe('an answer', () => {
  it.each([
    ['{"verdict":"pass"}', { verdict: 'pass' }],
    [' {"verdict":"fail","score":0.5}\n', { verdict: 'fail', score: 0.5 }],
    ['```json\n{"verdict":"pass"}\n```', { verdict: 'pass' }],
    ['Here it is:\n\n```json\n{"verdict":"pass"}\n```\nAnything else?', { verdict: 'pass' }],
    ['Here it is:\n```\n{"verdict":"pass"}```', { verdict: 'pass' }],
  ])('meets its schema by its whole text or one fenced block: %j', async (text, data) => {
    expect(await schemas.judged(verdict, text)).toEqual({ ok: true, data });
  });

  it('is judged by its data where it has some beside the text', async () => {
    expect(await schemas.judged(verdict, 'All is well.', { verdict: 'pass' })).toMatchObject({ ok: true });
    expect(await schemas.judged(verdict, '{"verdict":"pass"}', { verdict: 5 })).toMatchObject({ ok: false });
  });

  it('need not be an object', async () => {
    expect(await schemas.judged({ type: 'array', items: { type: 'integer' } }, '[1, 2]')).toMatchObject({ ok: true });
    expect(await schemas.judged({ type: 'boolean' }, 'false')).toEqual({ ok: true, data: false });
  });

  it.each([
    ['Sure! {"verdict":"pass"}', ['The answer is no JSON']],
    ['', ['The answer is no JSON']],
    ['Either\n```json\n{"verdict":"pass"}\n```\nor\n```json\n{"verdict":"fail"}\n```', ['The answer is no JSON']],
    ['```json\n{"verdict":', ['The answer is no JSON']],
    ['[]', ['The value must be object']],
    ['{}', ["The value must have required property 'verdict'"]],
    ['{"verdict":"maybe"}', ['/verdict must be equal to one of the allowed values: ["pass","fail"]']],
    ['{"verdict":"pass","x":1}', ['The value must NOT have additional properties: "x"']],
    ['{"verdict":5,"score":-1}', ['/verdict must be equal', '/score must be >= 0']],
  ])('is told what is wrong with it: %s', async (text, expected) => {
    const judged = await schemas.judged(verdict, text);
    expect(judged).toEqual({ ok: false, problems: expected.map((one) => expect.stringContaining(one)) });
  });

  it('is told of few of many faults, each in a few words', async () => {
    const text = JSON.stringify(Array(500).fill('x'.repeat(1_000)));
    const judged = await schemas.judged({ items: { enum: ['y'.repeat(1_000)] } }, text);
    expect(judged).toMatchObject({ ok: false, problems: { length: 5 } });
    expect(JSON.stringify(judged).length).toBeLessThan(2_000);
  });

  it('cannot hold the server up, whatever the pattern', async () => {
    const schema = { type: 'string', pattern: '^(a+)+$' };
    expect(await schemas.refusalOf(schema)).toBeNull();
    const began = performance.now();
    expect(await schemas.judged(schema, JSON.stringify(`${'a'.repeat(60)}!`))).toEqual({
      ok: false,
      problems: ['Checking it came to no end: the schema must be made simpler.'],
    });
    expect(performance.now() - began).toBeLessThan(3_000);
    expect(await schemas.judged(schema, '"aaa"')).toEqual({ ok: true, data: 'aaa' });
  });
});
