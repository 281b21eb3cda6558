import type { INestApplication } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { type RouteRules, rulesOf } from '#libs/platform/http/index.js';
import { mediaOf, type Refusals, refusalsOf } from '#libs/platform/openapi/index.js';

/** What the program itself says of a handler. */
export interface Handler {
  /** `teamsCreate`: what generated clients call it. */
  readonly id: string;
  readonly tag: string;
  readonly rules: RouteRules;
  readonly refusals: readonly Refusals[];
  /** The media type of a success that is no JSON. */
  readonly media: string | null;
}

/** By `Controller.method`. */
export function handlersOf(app: INestApplication): ReadonlyMap<string, Handler> {
  const handlers = new Map<string, Handler>();
  for (const { controllers } of app.get(ModulesContainer).values()) {
    for (const { metatype } of controllers.values()) {
      if (typeof metatype !== 'function') continue;
      for (const [method, { value }] of Object.entries(Object.getOwnPropertyDescriptors(metatype.prototype))) {
        if (typeof value === 'function')
          handlers.set(`${metatype.name}.${method}`, handlerOf(metatype.name, method, value));
      }
    }
  }
  return handlers;
}

function handlerOf(controller: string, method: string, handler: object): Handler {
  const area = controller.replace(/Controller$/, '');
  const capital = method.charAt(0).toUpperCase() + method.slice(1);
  return {
    id: area.charAt(0).toLowerCase() + area.slice(1) + capital,
    tag: area.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' '),
    rules: rulesOf(handler),
    refusals: refusalsOf(handler),
    media: mediaOf(handler),
  };
}
