import { Injectable } from '@nestjs/common';
import type { Json, JsonObject } from '#libs/kernel/index.js';
import { dataIn } from '#libs/workflow/index.js';
import { CheckTooLong, type Finding, LONGEST_CHECK_MS, SchemaCheck } from './schema-check.js';

/** It is frozen into every run and shown to the model with every turn. */
export const LARGEST_SCHEMA = 32_768;
const DEEPEST_SCHEMA = 32;
const MOST_PROBLEMS = 5;
const LONGEST_PROBLEM = 300;

export type Judged =
  | { readonly ok: true; readonly data: Json }
  | { readonly ok: false; readonly problems: readonly string[] };

/** What the schemas of agents say of their answers. */
@Injectable()
export class OutputSchemas {
  readonly #check = new SchemaCheck();

  /** Why it is no schema that an agent can have; null: it is one. */
  async refusalOf(schema: JsonObject): Promise<string | null> {
    const text = JSON.stringify(schema);
    if (text.length > LARGEST_SCHEMA) return `must be at most ${LARGEST_SCHEMA} characters of JSON`;
    if (isDeeperThan(DEEPEST_SCHEMA, schema)) return `must not be nested deeper than ${DEEPEST_SCHEMA}`;
    if (text.includes('"$async"')) return 'must not use "$async"';
    try {
      await this.#check.compiled(schema);
      return null;
    } catch (error) {
      return `must be a JSON schema: ${reasonOf(error)}`;
    }
  }

  /** Judges an answer: its data, or else the one JSON value that its text is. */
  async judged(schema: JsonObject, text: string, data: Json | undefined = dataIn(text)): Promise<Judged> {
    if (data === undefined) return { ok: false, problems: [NO_JSON] };
    const findings = await this.#check.compiled(schema);
    try {
      const found = findings(data);
      return found.length === 0
        ? { ok: true, data }
        : { ok: false, problems: found.slice(0, MOST_PROBLEMS).map(problemOf) };
    } catch (error) {
      if (!(error instanceof CheckTooLong)) throw error;
      return { ok: false, problems: [`Checking it took longer than ${LONGEST_CHECK_MS} ms. Simplify the schema.`] };
    }
  }
}

const NO_JSON = 'The answer is no JSON: it must be one JSON value and nothing else, or one fenced JSON block.';

function problemOf({ instancePath, message = 'is wrong', params }: Finding): string {
  const where = instancePath === '' ? 'The value' : instancePath;
  const named = [params.additionalProperty, params.unevaluatedProperty, params.allowedValues, params.allowedValue];
  const detail = named.find((one) => one !== undefined);
  const problem = `${where} ${message}${detail === undefined ? '' : `: ${JSON.stringify(detail)}`}`;
  return problem.replaceAll(/[\s\p{Cc}]+/gu, ' ').slice(0, LONGEST_PROBLEM);
}

function reasonOf(error: unknown): string {
  if (error instanceof CheckTooLong) return `it takes longer than ${LONGEST_CHECK_MS} ms to read`;
  const message = error instanceof Error ? error.message : String(error);
  return message
    .replace(/^schema is invalid: /, '')
    .replaceAll(/\bdata(?=[/ ])/g, 'it')
    .slice(0, LONGEST_PROBLEM);
}

function isDeeperThan(limit: number, value: Json): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return limit === 0 || Object.values(value).some((one) => isDeeperThan(limit - 1, one));
}
