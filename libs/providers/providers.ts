import { Injectable } from '@nestjs/common';
import type { Secret } from '#libs/kernel/index.js';
import { type CustomProvider, RenumConfig } from '#libs/platform/config/index.js';
import { type Price, type PriceTable, priceOf } from '#libs/workflow/index.js';
import { type Route, routeOf } from './model.js';
import { FREE, PRICES } from './prices.js';

/** An endpoint that serves language models. */
export interface ModelProvider {
  readonly name: string;
  readonly protocol: 'openai' | 'anthropic';
  /** Includes the version (`…/v1`), without a slash at its end. */
  readonly baseUrl: string;
  /** The variable of the server's own key, named where it is missing. */
  readonly keyVariable: string;
  /** Empty: any. */
  readonly models: readonly string[];
}

interface Entry {
  readonly provider: ModelProvider;
  readonly serverKey: Secret | undefined;
  readonly prices: PriceTable;
}

/** Who serves models, with whose key, at which price. What the operator configured, frozen at start. */
@Injectable()
export class Providers {
  /** For agents that name no model. */
  readonly defaultModel: string | undefined;
  readonly all: readonly ModelProvider[];
  readonly #entries: ReadonlyMap<string, Entry>;

  constructor(config: RenumConfig) {
    this.defaultModel = config.defaultModel;
    const entries = entriesOf(config.providers);
    this.all = entries.map(({ provider }) => provider);
    this.#entries = new Map(entries.map((entry) => [entry.provider.name, entry]));
  }

  find(name: string): ModelProvider | undefined {
    return this.#entries.get(name)?.provider;
  }

  /** The operator's own key; what a step runs with, `ProviderKeys` says. */
  serverKeyOf(provider: string): Secret | undefined {
    return this.#entries.get(provider)?.serverKey;
  }

  /** Who answers for a model as a user writes it. */
  routeOf(model: string): Route {
    return routeOf(model, this.all);
  }

  /** The price of a model as a user writes it; an operator's endpoint counts by its own prices first. Null: unknown. */
  priceOf(model: string): Price | null {
    const route = this.routeOf(model);
    if (route.to === 'sim') return FREE;
    if (route.to !== 'llm') return null;
    const own = this.#entries.get(route.provider)?.prices ?? {};
    return priceOf(own, route.model) ?? priceOf(PRICES, route.model);
  }
}

function entriesOf({ openai, anthropic, google, custom }: RenumConfig['providers']): readonly Entry[] {
  return [
    {
      provider: {
        name: 'openai',
        protocol: 'openai',
        baseUrl: withoutSlash(openai.baseUrl ?? 'https://api.openai.com/v1'),
        keyVariable: 'OPENAI_API_KEY',
        models: [],
      },
      serverKey: openai.apiKey,
      prices: {},
    },
    {
      provider: {
        name: 'anthropic',
        protocol: 'anthropic',
        baseUrl: `${withoutSlash(anthropic.baseUrl ?? 'https://api.anthropic.com').replace(/\/v1$/, '')}/v1`,
        keyVariable: 'ANTHROPIC_API_KEY',
        models: [],
      },
      serverKey: anthropic.apiKey,
      prices: {},
    },
    {
      provider: {
        name: 'google',
        protocol: 'openai',
        baseUrl: 'https://generativelanguage.googleapis.com/v1beta/openai',
        keyVariable: 'GOOGLE_GENERATIVE_AI_API_KEY',
        models: [],
      },
      serverKey: google.apiKey,
      prices: {},
    },
    ...custom.map(customEntry),
  ];
}

function customEntry({ name, baseUrl, apiKeyEnv, apiKey, models, prices }: CustomProvider): Entry {
  return {
    provider: { name, protocol: 'openai', baseUrl: withoutSlash(baseUrl), keyVariable: apiKeyEnv, models },
    serverKey: apiKey,
    prices: Object.fromEntries(
      Object.entries(prices).map(([model, { input, output }]) => [
        model,
        { inMicrosPer1k: microsOf(input), outMicrosPer1k: microsOf(output) },
      ]),
    ),
  };
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

/** Cheap models cost fractions of a micro-dollar per thousand tokens: only the noise of binary fractions goes. */
function microsOf(usd: number): number {
  return Number((usd * 1_000_000).toPrecision(12));
}
