import { isJsonObject, type Json } from '#libs/kernel/index.js';
import type { ToolCall, ToolResult } from '#libs/workflow/index.js';

/** A call as a model wrote it: its input is still a text. */
export interface WrittenCall {
  readonly id: string;
  readonly name: string;
  readonly input: string;
  readonly providerMetadata?: Metadata;
}

type Metadata = NonNullable<ToolCall['providerMetadata']>;

/** A call as the SDK's readers put it together. */
interface StreamedCall {
  readonly toolCallId: string;
  readonly toolName: string;
  readonly input: string;
  readonly providerMetadata?: object;
}

export function writtenCall({ toolCallId, toolName, input, providerMetadata }: StreamedCall): WrittenCall {
  const call = { id: toolCallId, name: toolName, input };
  return providerMetadata ? { ...call, providerMetadata: metadataIn(providerMetadata) } : call;
}

function metadataIn(given: object): Metadata {
  const parts = Object.entries(given).flatMap(([name, part]) => (isJsonObject(part) ? [[name, part] as const] : []));
  return Object.fromEntries(parts);
}

const LONGEST_QUOTE = 200;

/** What cannot be read as a JSON object stays the text that it is; `resultFor` tells the model why. */
export function callOf({ input, ...call }: WrittenCall): ToolCall {
  return { ...call, input: inputOf(input) };
}

/** What the model is told of its call: of one whose input is no object, how to mend it, whatever became of it. */
export function resultFor({ name, input }: ToolCall, result: ToolResult | undefined): ToolResult {
  if (isJsonObject(input)) return result ?? failed('tool.no-result', `${name} gave no result.`);
  const written = typeof input === 'string' ? input : JSON.stringify(input);
  const message = `The input of ${name} must be one JSON object. What came began with: ${written.slice(0, LONGEST_QUOTE)}`;
  return failed('tool.input-unreadable', `${message}\nCall it again with a complete JSON object.`);
}

/** Many models write nothing where a tool needs nothing. */
function inputOf(written: string): Json {
  if (written.trim() === '') return {};
  try {
    const value: Json = JSON.parse(written);
    return isJsonObject(value) ? value : written;
  } catch {
    return written;
  }
}

function failed(code: string, message: string): ToolResult {
  return { ok: false, error: { code, message } };
}
