import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

type Part = Readonly<Record<string, unknown>>;

/** One operation of the document, with its examples. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  /** With the examples of its parts in the place of the braces. */
  readonly path: string;
  /** Undefined: it takes none. */
  readonly body?: unknown;
  /** The documented status and content of its success. */
  readonly status: number;
  readonly answer: unknown;
  /** What is wrong with a value, by the schema; null: nothing. */
  readonly bodyFault: (value: unknown) => string | null;
  readonly answerFault: (value: unknown) => string | null;
}

interface Parameter {
  readonly name: string;
  readonly example: string;
}

const NO_BODY = { '': {} };

/** The operations by their id. Their schemas are read strictly: a field that they do not name is a fault. */
export function operationsOf(document: Part): ReadonlyMap<string, Operation> {
  const ajv = new Ajv2020({
    strict: false,
    allErrors: true,
    formats: { uuid: /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/, 'date-time': /^\d{4}-\d\d-\d\dT[\d:.]+Z$/ },
  });
  const components = closed(document.components);
  const faultBy = (schema: unknown): Operation['bodyFault'] => {
    let validate: ValidateFunction | undefined;
    return (value) => {
      validate ??= ajv.compile({ ...Object(closed(schema)), components });
      return validate(value) ? null : ajv.errorsText(validate.errors);
    };
  };
  const operations = Object.entries(Object(document.paths)).flatMap(([path, item]) =>
    Object.entries(Object(item)).map(([verb, operation]): [string, Operation] => {
      const { operationId: id, parameters, requestBody, responses } = Object(operation);
      const [status = ''] = Object.keys(responses);
      const [sent] = Object.values<Part>(requestBody?.content ?? NO_BODY);
      const [given] = Object.values<Part>(responses[status].content ?? NO_BODY);
      const inPath: readonly Parameter[] = parameters.filter((one: Part) => one.in === 'path');
      return [
        id,
        {
          id,
          method: verb.toUpperCase(),
          path: inPath.reduce((whole, { name, example }) => whole.replace(`{${name}}`, example), path),
          body: sent?.example,
          status: Number(status),
          answer: given?.example,
          bodyFault: faultBy(sent?.schema),
          answerFault: faultBy(given?.schema),
        },
      ];
    }),
  );
  return new Map(operations);
}

/** What is wrong with the examples, one sentence each. */
export function examplesRefusedBy(document: Part): readonly string[] {
  return [...operationsOf(document).values()].flatMap(({ id, body, answer, bodyFault, answerFault }) => {
    const wrongBody = body === undefined ? null : bodyFault(body);
    const wrongAnswer = answerFault(answer);
    return [
      ...(wrongBody ? [`${id} would refuse its example: ${wrongBody}`] : []),
      ...(wrongAnswer ? [`${id} would not answer its example: ${wrongAnswer}`] : []),
    ];
  });
}

function closed(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema ?? {}), (_key, part) =>
    part?.properties && part.type && part.additionalProperties === undefined
      ? { ...part, additionalProperties: false }
      : part,
  );
}
