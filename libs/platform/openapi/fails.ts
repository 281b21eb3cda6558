import type { AppError } from '#libs/kernel/index.js';

/** A class of refusals; its `code` and `kind` say the rest. */
// biome-ignore lint/suspicious/noExplicitAny: whatever a refusal is made from
export type Refusals = new (...parts: any[]) => AppError;

const FAILS = Symbol('fails');

/**
 * How this route may say no, beside what every route of its kind may (401, 403, a malformed body, …). For the API
 * document alone: code, status and description are read from the classes.
 */
export function Fails(...refusals: readonly Refusals[]): MethodDecorator {
  return (_target, _key, descriptor: PropertyDescriptor) => {
    Reflect.defineMetadata(FAILS, refusals, descriptor.value);
  };
}

export function refusalsOf(handler: object): readonly Refusals[] {
  return Reflect.getMetadata(FAILS, handler) ?? [];
}
