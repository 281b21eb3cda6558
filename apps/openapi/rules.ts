import type { OpenAPIObject } from '@nestjs/swagger';

const VERBS = ['get', 'put', 'post', 'delete', 'patch'] as const;

/** What is wrong with the document although it is valid, one sentence each. */
export function rulesBrokenBy({ paths, tags = [] }: OpenAPIObject): readonly string[] {
  const known = new Set(tags.map(({ name }) => name));
  const ids = new Map<string, string>();
  const broken: string[] = [];

  for (const [path, item] of Object.entries(paths)) {
    for (const verb of VERBS) {
      const operation = item[verb];
      if (!operation) continue;
      const where = `${verb.toUpperCase()} ${path}`;
      const say = (sentence: string): number => broken.push(`${where} ${sentence}`);
      const { operationId = '', summary = '', tags: own = [], responses, parameters = [] } = operation;

      if (!/^[a-z][A-Za-z0-9]+$/.test(operationId)) say('has no operationId in camel case');
      if (ids.has(operationId)) say(`has the operationId of ${ids.get(operationId)}`);
      ids.set(operationId, where);
      if (summary === '') say('has no summary: its handler needs a comment');
      if (summary.length > 100)
        say('has a summary of more than 100 characters: begin its comment with a short sentence');
      if (own.length === 0 || !own.every((tag) => known.has(tag))) say('has a tag that the document does not describe');
      const statuses = Object.keys(responses);
      if (!statuses.some((status) => /^[23]/.test(status))) say('has no success');
      if (!('default' in responses)) say('does not say what a problem looks like');
      if ('x-permission' in operation && !['401', '403'].every((status) => status in responses)) {
        say('needs a permission and does not document its absence');
      }
      const inPath = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name);
      const told = parameters.flatMap((parameter) =>
        'in' in parameter && parameter.in === 'path' ? [parameter.name] : [],
      );
      if (inPath.join() !== told.join()) say(`has the path parameters ${inPath.join()} and documents ${told.join()}`);
    }
  }
  return broken;
}
