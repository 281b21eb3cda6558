import type { Json } from '#libs/kernel/index.js';

/** What somebody really sends, and what comes back. */
export interface Example {
  /** What stands for each part in braces of the path. */
  readonly path?: Readonly<Record<string, string>>;
  readonly body?: Json;
  /** Of a success; the text as it is where it is no JSON. */
  readonly answer: Json;
}

/** By the `operationId` of the handler's first address. */
export type Examples = Readonly<Record<string, Example>>;

type Part = Readonly<Record<string, unknown>>;

/** The operation with its example in the places where the specification wants it. Without one it stays as it is. */
export function illustrated(operation: Part, example: Example | undefined): Part {
  if (!example) return operation;
  const { path = {}, body, answer } = example;
  const { parameters = [], requestBody, responses } = operation;
  return {
    ...operation,
    parameters: (parameters as readonly Part[]).map((one) => {
      const sent = one.in === 'path' ? path[String(one.name)] : undefined;
      return sent === undefined ? one : { ...one, example: sent };
    }),
    ...(requestBody !== undefined && { requestBody: body === undefined ? requestBody : showing(requestBody, body) }),
    responses: Object.fromEntries(
      Object.entries(Object(responses)).map(([status, response]) => [
        status,
        /^2/.test(status) ? showing(response, answer) : response,
      ]),
    ),
  };
}

function showing(part: unknown, example: Json): Part {
  const { content, ...rest } = Object(part);
  const types = Object.entries(Object(content)).map(([type, media]) => [type, { ...Object(media), example }]);
  return { ...rest, content: Object.fromEntries(types) };
}
