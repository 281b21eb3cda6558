import type { OpenAPIObject } from '@nestjs/swagger';

const VERBS = ['get', 'put', 'post', 'delete', 'patch'] as const;
const EXAMPLES = 'apps/openapi/examples.ts';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Sentences = Generator<string, void>;

/** What is wrong with the document although it is valid, one sentence each. */
export function rulesBrokenBy({ paths, tags = [] }: OpenAPIObject): readonly string[] {
  const known = new Set(tags.map(({ name }) => name));
  const ids = new Map<string, string>();

  return Object.entries(paths).flatMap(([path, item]) =>
    VERBS.flatMap((verb) => {
      const operation = item[verb];
      if (!operation) return [];
      const where = `${verb.toUpperCase()} ${path}`;
      const { operationId = '' } = operation;
      const twin = ids.get(operationId);
      ids.set(operationId, where);
      return [
        ...(twin ? [`has the operationId of ${twin}`] : []),
        ...wordsMissing(operation, known),
        ...accessMissing(operation),
        ...bodyMissing(operation),
        ...answersMissing(operation),
        ...pathMissing(operation, path),
      ].map((sentence) => `${where} ${sentence}`);
    }),
  );
}

function* wordsMissing(operation: Operation, known: ReadonlySet<string>): Sentences {
  const { operationId = '', summary = '', description = '', tags = [] } = operation;
  if (!/^[a-z][A-Za-z0-9]+$/.test(operationId)) yield 'has no operationId in camel case';
  if (summary === '') yield 'has no summary: its handler needs a comment';
  if (summary.length > 100) yield 'has a summary of more than 100 characters: begin its comment with a short sentence';
  if (description.length <= summary.length + 1) yield 'has no description: its comment needs a second sentence';
  if (tags.length === 0 || !tags.every((tag) => known.has(tag))) yield 'has a tag that the document does not describe';
}

function* accessMissing(operation: Operation): Sentences {
  const { security, responses } = operation;
  // Nobody has to show who they are.
  const isOpen = security && (security.length === 0 || security.some((way) => Object.keys(way).length === 0));
  if (!('x-permission' in operation)) {
    if (!isOpen) yield 'does not say who may call it';
    return;
  }
  if (!('401' in responses && '403' in responses)) yield 'needs a permission and does not document its absence';
}

function* bodyMissing({ requestBody, responses }: Operation): Sentences {
  if (!requestBody) return;
  if (!hasExamples(requestBody)) yield `has no example of its body: ${EXAMPLES}`;
  if (!('422' in responses)) yield 'takes a body and does not say how it refuses a wrong one';
}

function* answersMissing({ responses }: Operation): Sentences {
  const answers = Object.entries(responses);
  if (!answers.some(([status]) => /^[23]/.test(status))) yield 'has no success';
  if (!('default' in responses)) yield 'does not say what a problem looks like';
  for (const [status, response] of answers) {
    if (/^2/.test(status) && !hasExamples(response)) yield `has no example of its answer: ${EXAMPLES}`;
    if (/^[45]/.test(status) && !hasCodes(response)) yield `does not say with which codes it answers ${status}`;
  }
}

function* pathMissing({ parameters = [] }: Operation, path: string): Sentences {
  const braced = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name).join();
  const told = parameters.flatMap((one) => ('in' in one && one.in === 'path' ? [one] : []));
  const names = told.map(({ name }) => name).join();
  if (braced !== names) yield `has the path parameters ${braced} and documents ${names}`;
  for (const one of told) if (!('example' in one)) yield `has no example of {${one.name}}: ${EXAMPLES}`;
}

/** One for each media type. */
function hasExamples(part: object | undefined): boolean {
  const types = Object.values<object>(Object(Object(part).content));
  return types.length > 0 && types.every((media) => 'example' in media);
}

function hasCodes(response: object | undefined): boolean {
  const codes: unknown = Object(response)['x-codes'];
  return Array.isArray(codes) && codes.length > 0;
}
