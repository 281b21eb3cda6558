import { Injectable } from '@nestjs/common';
import type { Json, JsonObject } from '#libs/kernel/index.js';
import { dataIn } from '#libs/workflow/index.js';
import { CheckEndless, type Finding, SchemaCheck } from './schema-check.js';

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
    if (isDeeperThan(DEEPEST_SCHEMA, schema)) return `must not be nested deeper than ${DEEPEST_SCHEMA}`;
    const text = JSON.stringify(schema);
    if (text.length > LARGEST_SCHEMA) return `must be at most ${LARGEST_SCHEMA} characters of JSON`;
    if (text.includes('"$async"')) return 'must not use "$async"';
    try {
      const findings = await this.#check.compiled(schema);
      // One that only ever refers to itself comes to no end with any value.
      findings(null);
      return null;
    } catch (error) {
      return `must be a JSON schema: ${reasonOf(error)}`;
    }
  }

  /** Judges an answer: its data, or else the JSON value that its text is, or that stands in its only fenced block. */
  async judged(schema: JsonObject, text: string, data: Json | undefined = valueIn(text)): Promise<Judged> {
    if (data === undefined) return { ok: false, problems: [NO_JSON] };
    const findings = await this.#check.compiled(schema);
    try {
      const found = findings(data);
      return found.length === 0
        ? { ok: true, data }
        : { ok: false, problems: found.slice(0, MOST_PROBLEMS).map(problemOf) };
    } catch (error) {
      if (!(error instanceof CheckEndless)) throw error;
      return { ok: false, problems: [ENDLESS] };
    }
  }
}

const NO_JSON = 'The answer is no JSON: it must be one JSON value and nothing else, or one fenced JSON block.';

const ENDLESS = 'Checking it came to no end: the schema must be made simpler.';

const BLOCK = /^[^\S\n]*```(?:json)?[^\S\n]*\n([\s\S]*?)```/gim;

/** Models like to introduce what they were asked to say without a word. */
function valueIn(text: string): Json | undefined {
  const [block, ...others] = text.matchAll(BLOCK);
  return dataIn(text) ?? (block && others.length === 0 ? dataIn(block[1] ?? '') : undefined);
}

function problemOf({ instancePath, message = 'is wrong', params }: Finding): string {
  const where = instancePath === '' ? 'The value' : instancePath;
  const named = [params.additionalProperty, params.unevaluatedProperty, params.allowedValues, params.allowedValue];
  const detail = named.find((one) => one !== undefined);
  const problem = `${where} ${message}${detail === undefined ? '' : `: ${JSON.stringify(detail)}`}`;
  return problem.replaceAll(/[\s\p{Cc}]+/gu, ' ').slice(0, LONGEST_PROBLEM);
}

function reasonOf(error: unknown): string {
  if (error instanceof CheckEndless) return 'checking a value with it comes to no end';
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
