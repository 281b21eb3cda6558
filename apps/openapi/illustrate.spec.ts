import { illustrated } from './illustrate.js';

const MEDIA = { 'application/json': { schema: {} } };
const OPERATION = {
  operationId: 'teamsUpdate',
  parameters: [
    { in: 'path', name: 'id' },
    { in: 'query', name: 'id' },
  ],
  requestBody: { required: true, content: MEDIA },
  responses: { 200: { description: 'Success', content: MEDIA }, default: { content: MEDIA } },
};

describe('an example', () => {
  it('stands in the path, at the body and at the success, and nowhere else', () => {
    const shown = (example: unknown) => ({ 'application/json': { schema: {}, example } });
    expect(illustrated(OPERATION, { path: { id: '7' }, body: { name: 'A' }, answer: [1] })).toEqual({
      operationId: 'teamsUpdate',
      parameters: [
        { in: 'path', name: 'id', example: '7' },
        { in: 'query', name: 'id' },
      ],
      requestBody: { required: true, content: shown({ name: 'A' }) },
      responses: { 200: { description: 'Success', content: shown([1]) }, default: { content: MEDIA } },
    });
  });

  it('leaves out what it does not speak of', () => {
    const { requestBody, parameters } = illustrated(OPERATION, { answer: 'ok' });
    expect([requestBody, parameters]).toEqual([OPERATION.requestBody, OPERATION.parameters]);
    expect(illustrated({ responses: {} }, { body: {}, answer: '' })).toEqual({ parameters: [], responses: {} });
  });

  it('is not made up where there is none', () => {
    expect(illustrated(OPERATION, undefined)).toBe(OPERATION);
  });
});
