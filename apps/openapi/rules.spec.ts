import type { OpenAPIObject } from '@nestjs/swagger';
import { rulesBrokenBy } from './rules.js';

const GOOD = {
  operationId: 'teamsGet',
  summary: 'One team',
  tags: ['Teams'],
  parameters: [{ in: 'path', name: 'id' }],
  responses: { 200: {}, 401: {}, 403: {}, default: {} },
  'x-permission': 'team:read',
};

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
      { summary: 'x'.repeat(101) },
      'has a summary of more than 100 characters: begin its comment with a short sentence',
    ],
    [{ tags: undefined }, 'has a tag that the document does not describe'],
    [{ tags: ['Other'] }, 'has a tag that the document does not describe'],
    [{ responses: { 401: {}, 403: {}, default: {} } }, 'has no success'],
    [{ responses: { 200: {}, 401: {}, 403: {} } }, 'does not say what a problem looks like'],
    [{ responses: { 200: {}, 401: {}, default: {} } }, 'needs a permission and does not document its absence'],
    [{ parameters: undefined }, 'has the path parameters id and documents '],
    [{ parameters: [{ $ref: '#/x' }, { in: 'path', name: 'team' }] }, 'has the path parameters id and documents team'],
  ])('are broken by %j', (change, sentence) => {
    expect(broken(change)).toEqual([`GET /teams/{id} ${sentence}`]);
  });

  it('let no two operations have one name', () => {
    const document = { paths: { '/a': { get: GOOD, post: GOOD }, '/b': {} }, tags: [{ name: 'Teams' }] };
    expect(rulesBrokenBy(document as unknown as OpenAPIObject)).toContain('POST /a has the operationId of GET /a');
  });
});
