import type { JsonObject } from '#libs/kernel/index.js';
import type { ModelProvider } from '#libs/providers/index.js';
import type { StepError } from '#libs/workflow/index.js';

/** How often a model is asked to mend its answer before its step fails. */
export const MOST_REPAIRS = 2;

/** OpenAI's models that take a schema beside the prompt; every other model reads it in the prompt. */
const TAKES_SCHEMA = /^(ft:)?(gpt-4o|gpt-4\.\d|gpt-[5-9]|o[1-9])/;
const TAKES_NONE = /^o1-(mini|preview)|^gpt-4o-2024-05-13|-(audio|realtime|search)/;

/** Such a model takes schemas of objects alone. */
export function takesSchema({ name }: ModelProvider, model: string, schema: JsonObject): boolean {
  return name === 'openai' && schema.type === 'object' && TAKES_SCHEMA.test(model) && !TAKES_NONE.test(model);
}

/** For the system prompt of a model that must be told in words. */
export function schemaDemand(schema: JsonObject): string {
  const demand =
    'Your final answer must be one JSON value that meets this JSON schema, and nothing else: no explanation, no code fence.';
  return `${demand}\n\n${JSON.stringify(schema)}`;
}

/** What a model is told of an answer that does not meet its schema. */
export function repairDemand(problems: readonly string[]): string {
  return [
    'Your answer does not meet the JSON schema that it must meet:',
    ...problems.map((problem) => `- ${problem}`),
    'Answer again with nothing but the mended JSON value.',
  ].join('\n');
}

export function outputInvalid(problems: readonly string[]): StepError {
  return {
    code: 'step.output-invalid',
    message: `The answer does not meet the output schema of the agent: ${problems.join('; ')}`,
  };
}
