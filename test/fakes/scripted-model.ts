import { type FakeCall, FakeModelServer, type RecordedRequest } from './fake-model-server.js';
import { openAi } from './fake-openai.js';

/** Turn by turn what an agent does: tools it uses, or its answer. The last one for ever. */
export type Script = readonly (readonly FakeCall[] | string)[];

/**
 * A model whose agents carry their scripts in their system prompts, so that every agent of a team does something else
 * and a process that comes after another one is played the same.
 */
export function startScriptedModel(): Promise<FakeModelServer> {
  return FakeModelServer.start((request) => {
    const { script, turns } = standingOf(request);
    const next = script[Math.min(turns, script.length - 1)] ?? '';
    return typeof next === 'string' ? openAi.says(next) : openAi.calls(next);
  });
}

export function scripted(...script: Script): string {
  return JSON.stringify(script);
}

function standingOf({ body }: RecordedRequest): { readonly script: Script; readonly turns: number } {
  const messages = body.messages as readonly { readonly role: string; readonly content: string }[];
  const system = messages.find(({ role }) => role === 'system')?.content ?? '[]';
  return { script: JSON.parse(system), turns: messages.filter(({ role }) => role === 'assistant').length };
}
