import type { Secret } from '#libs/kernel/index.js';
import type { ConfigurationProblem } from './configuration.errors.js';
import type { Raw } from './key.js';
import { webUrl } from './network.kinds.js';
import type { Leaf } from './read-yaml.js';
import { shown } from './shown.js';

/** US dollars per 1,000 tokens. */
export interface ModelPrice {
  readonly input: number;
  readonly output: number;
}

/** An endpoint of the operator that speaks OpenAI's protocol. Plain http and private hosts are fine here. */
export interface CustomProvider {
  readonly name: string;
  readonly baseUrl: string;
  /** The variable that holds the key; named in the failure of a step when it is not set. */
  readonly apiKeyEnv: string;
  readonly apiKey: Secret | undefined;
  /** Empty: any model. */
  readonly models: readonly string[];
  readonly prices: Readonly<Record<string, ModelPrice>>;
}

export type ProviderEntry = Omit<CustomProvider, 'apiKey'>;

const RESERVED = ['openai', 'anthropic', 'google', 'suna', 'sim', 'http'];
const FIELDS = 'its fields are baseUrl, apiKeyEnv, models and prices: {model: {input, output}}';
const BASE_URL = webUrl();

interface Draft {
  readonly where: string;
  baseUrl?: string;
  apiKeyEnv?: string;
  models: readonly string[];
  readonly prices: Map<string, { input?: number; output?: number; readonly where: string }>;
}

/** Reads `providers:` of one file. A later file replaces a provider of the same name as a whole. */
export function readProviders(leaves: readonly Leaf[]): {
  readonly providers: readonly ProviderEntry[];
  readonly problems: readonly ConfigurationProblem[];
} {
  const problems: ConfigurationProblem[] = [];
  const drafts = new Map<string, Draft>();

  for (const { segments, raw, where } of leaves) {
    const [, name, ...rest] = segments;
    if (name === undefined) {
      if (raw !== null) problems.push({ key: 'providers', problem: 'must be names, each with its fields', where });
      continue;
    }
    const draft = drafts.get(name) ?? { where, models: [], prices: new Map() };
    drafts.set(name, draft);
    const problem = raw === null ? undefined : take(draft, rest, raw, where);
    if (problem) problems.push({ key: segments.join('.'), ...problem, where });
  }

  const providers = [...drafts].map(([name, draft]) => finished(name, draft, problems));
  return { providers: providers.filter((provider) => provider !== undefined), problems };
}

type Wrong = Pick<ConfigurationProblem, 'problem' | 'value'>;

function take(draft: Draft, rest: readonly string[], raw: Raw, where: string): Wrong | undefined {
  const [field, model, side, ...deeper] = rest;
  if (field === 'baseUrl' && rest.length === 1) {
    const parsed = BASE_URL.parse(raw);
    if (!parsed.ok) return { value: shown(BASE_URL, raw), problem: `must be ${parsed.because}` };
    draft.baseUrl = parsed.value;
  } else if (field === 'apiKeyEnv' && rest.length === 1) {
    // The value stays hidden: whoever misreads the field writes the key itself here.
    if (typeof raw !== 'string' || !/^[A-Z_][A-Z0-9_]*$/.test(raw)) {
      return {
        value: '***',
        problem: 'must be the name of an environment variable, in capitals; never the key itself',
      };
    }
    draft.apiKeyEnv = raw;
  } else if (field === 'models' && rest.length === 1) {
    draft.models = (typeof raw === 'string' ? raw.split(',') : raw).map((entry) => entry.trim()).filter(Boolean);
  } else if (
    field === 'prices' &&
    model !== undefined &&
    (side === 'input' || side === 'output') &&
    deeper.length === 0
  ) {
    const price = typeof raw === 'string' && /^\d{1,9}(\.\d{1,12})?(e-\d{1,2})?$/i.test(raw) ? Number(raw) : undefined;
    if (price === undefined) {
      return { value: shown({ secret: false }, raw), problem: 'must be US dollars per 1,000 tokens, such as 0.005' };
    }
    const entry = draft.prices.get(model) ?? { where };
    entry[side] = price;
    draft.prices.set(model, entry);
  } else {
    return { problem: `is not known; ${FIELDS}` };
  }
  return undefined;
}

function finished(name: string, draft: Draft, problems: ConfigurationProblem[]): ProviderEntry | undefined {
  const key = `providers.${name}`;
  const isSound = (): boolean => !problems.some((known) => `${known.key}.`.startsWith(`${key}.`));
  const wrong = (problem: string, where = draft.where): number => problems.push({ key, problem, where });
  const isReported = (field: string): boolean =>
    problems.some((known) => `${known.key}.`.startsWith(`${key}.${field}.`));

  if (RESERVED.includes(name)) wrong('is a name of the server itself; choose another');
  else if (!/^[a-z][a-z0-9-]{0,39}$/.test(name)) wrong('must be named with small letters, digits and hyphens');
  if (draft.baseUrl === undefined && !isReported('baseUrl')) wrong('needs a baseUrl');
  if (draft.apiKeyEnv === undefined && !isReported('apiKeyEnv'))
    wrong('needs apiKeyEnv, the variable that holds its key');

  const prices: Record<string, ModelPrice> = {};
  for (const [model, { input, output, where }] of draft.prices) {
    if (input !== undefined && output !== undefined) prices[model] = { input, output };
    else if (!isReported(`prices.${model}`)) wrong(`needs both input and output for the price of ${model}`, where);
  }
  const { baseUrl, apiKeyEnv, models } = draft;
  if (!isSound() || baseUrl === undefined || apiKeyEnv === undefined) return undefined;
  return { name, baseUrl, apiKeyEnv, models, prices };
}
