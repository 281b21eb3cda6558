import type { Schema } from './schema.js';

/** The one shape of every refusal: RFC 9457, and the fields that older clients know. */
export const PROBLEM: Schema = {
  type: 'object',
  description: 'Why a request was not served.',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'message', 'trace_id'],
  properties: {
    type: { type: 'string', description: 'A name of the kind of problem.', examples: ['urn:renum:team.limit-reached'] },
    title: { type: 'string', examples: ['Bad Request'] },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    detail: { type: 'string', description: 'What went wrong, for a person.' },
    instance: { type: 'string', description: 'The path that was asked for.' },
    code: {
      type: 'string',
      description: 'What went wrong, for a program; `area.reason`.',
      pattern: '^[a-z0-9-]+\\.[a-z0-9-]+$',
    },
    message: { type: 'string' },
    errors: {
      type: 'object',
      description: 'What is wrong with each field, by its path in the body or the name of the parameter.',
      additionalProperties: { type: 'array', items: { type: 'string' } },
    },
    trace_id: { type: 'string', description: 'Finds the request in the log of the server.' },
  },
};
