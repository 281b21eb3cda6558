import type { OpenAPIObject } from '@nestjs/swagger';
import { rulesBrokenBy } from './rules.js';

const SHOWN = { content: { 'application/json': { schema: {}, example: {} } } };
const SILENT = { content: { 'application/json': { schema: {} } } };
const REFUSED = { 'x-codes': ['area.reason'] };

const GOOD = {
  operationId: 'teamsGet',
  summary: 'One team',
  description: 'One team. With its workflow.',
  tags: ['Teams'],
  parameters: [{ in: 'path', name: 'id', example: '7' }],
  requestBody: SHOWN,
  responses: { 200: SHOWN, 401: REFUSED, 403: REFUSED, 422: REFUSED, default: {} },
  'x-permission': 'team:read',
};

/** The responses with a change; what is undefined is gone. */
function answering(change: object): object {
  return { responses: JSON.parse(JSON.stringify({ ...GOOD.responses, ...change })) };
}

function broken(change: object, path = '/teams/{id}'): readonly string[] {
  const document = { tags: [{ name: 'Teams' }], paths: { [path]: { get: { ...GOOD, ...change } } } };
  return rulesBrokenBy(document as unknown as OpenAPIObject);
}

describe('our rules for the document', () => {
  it('are kept by an operation that says everything', () => {
    expect(broken({})).toEqual([]);
  });

  it.each<[object, string]>([
    [{ operationId: undefined }, 'has no operationId in camel case'],
    [{ operationId: 'Teams_get' }, 'has no operationId in camel case'],
    [{ summary: '' }, 'has no summary: its handler needs a comment'],
    [
      { summary: 'x'.repeat(101), description: 'x'.repeat(110) },
      'has a summary of more than 100 characters: begin its comment with a short sentence',
    ],
    [{ tags: undefined }, 'has a tag that the document does not describe'],
    [{ tags: ['Other'] }, 'has a tag that the document does not describe'],
    [{ description: undefined }, 'has no description: its comment needs a second sentence'],
    [{ description: 'One team.' }, 'has no description: its comment needs a second sentence'],
    [answering({ 200: undefined }), 'has no success'],
    [answering({ 200: SILENT }), 'has no example of its answer: apps/openapi/examples.ts'],
    [answering({ 200: {} }), 'has no example of its answer: apps/openapi/examples.ts'],
    [answering({ default: undefined }), 'does not say what a problem looks like'],
    [answering({ 403: undefined }), 'needs a permission and does not document its absence'],
    [answering({ 403: {} }), 'does not say with which codes it answers 403'],
    [answering({ 403: { 'x-codes': [] } }), 'does not say with which codes it answers 403'],
    [answering({ 422: undefined }), 'takes a body and does not say how it refuses a wrong one'],
    [{ requestBody: SILENT }, 'has no example of its body: apps/openapi/examples.ts'],
    [{ parameters: undefined }, 'has the path parameters id and documents '],
    [{ parameters: [{ in: 'path', name: 'id' }] }, 'has no example of {id}: apps/openapi/examples.ts'],
    [
      { parameters: [{ $ref: '#/x' }, { in: 'path', name: 'team', example: '7' }] },
      'has the path parameters id and documents team',
    ],
  ])('are broken by %j', (change, sentence) => {
    expect(broken(change)).toEqual([`GET /teams/{id} ${sentence}`]);
  });

  it.each<[string, object[] | undefined, readonly string[]]>([
    ['nothing of who may call it', undefined, ['GET /teams/{id} does not say who may call it']],
    ['that a token is needed and no permission', [{ bearer: [] }], ['GET /teams/{id} does not say who may call it']],
    ['that everybody may call it', [], []],
    ['that a token may be shown', [{}, { bearer: [] }], []],
  ])('hear of an operation that says %s', (_what, security, sentences) => {
    const { 'x-permission': _permission, ...open } = GOOD;
    const document = { tags: [{ name: 'Teams' }], paths: { '/teams/{id}': { get: { ...open, security } } } };
    expect(rulesBrokenBy(document as unknown as OpenAPIObject)).toEqual(sentences);
  });

  it('let no two operations have one name', () => {
    const document = { paths: { '/a': { get: GOOD, post: GOOD }, '/b': {} }, tags: [{ name: 'Teams' }] };
    expect(rulesBrokenBy(document as unknown as OpenAPIObject)).toContain('POST /a has the operationId of GET /a');
  });
});
