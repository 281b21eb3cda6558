import { callOf, resultFor } from './tool-call.js';

const written = (input: string) => callOf({ id: 'c1', name: 'context_get', input });
const done = { ok: true, output: 5 } as const;

describe('a call that a model wrote', () => {
  it.each([
    ['{"name":"price"}', { name: 'price' }],
    ['', {}],
    [' \n', {}],
  ])('has the object for its input that it wrote: %j', (input, object) => {
    expect(written(input)).toEqual({ id: 'c1', name: 'context_get', input: object });
    expect(resultFor(written(input), done)).toBe(done);
  });

  it.each(['{"name":"pri', '[1]', '"text"', '5', 'null', 'name=price'])(
    'is told how to mend an input that is no object, whatever became of the call: %s',
    (input) => {
      const call = written(input);
      expect(call.input).toBe(input);
      expect(resultFor(call, done)).toEqual({
        ok: false,
        error: {
          code: 'tool.input-unreadable',
          message: `The input of context_get must be one JSON object. What came began with: ${input}\nCall it again with a complete JSON object.`,
        },
      });
    },
  );

  it('is quoted only by its beginning', () => {
    const result = resultFor(written('x'.repeat(10_000)), undefined);
    expect(JSON.stringify(result).length).toBeLessThan(500);
  });

  it('keeps what its provider wants back', () => {
    const providerMetadata = { google: { thoughtSignature: 'abc' } };
    expect(callOf({ id: 'c1', name: 't', input: '{}', providerMetadata })).toEqual({
      id: 'c1',
      name: 't',
      input: {},
      providerMetadata,
    });
  });

  it('is never left without a word', () => {
    expect(resultFor(written('{}'), undefined)).toMatchObject({ error: { code: 'tool.no-result' } });
  });
});
