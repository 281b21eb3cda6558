import { Secret } from '#libs/kernel/index.js';
import type { Environment } from './key.js';
import type { Declared } from './keys.js';
import type { CustomProvider } from './providers.js';
import type { Resolved, Setting } from './resolve.js';
import type { RingKey } from './secret.kinds.js';

type Database =
  | { readonly mode: 'embedded' | 'ephemeral'; readonly url: 'memory:' | undefined }
  | { readonly mode: 'postgres'; readonly url: Secret };

interface Providers {
  readonly openai: Declared['openai'];
  readonly anthropic: Declared['anthropic'];
  readonly google: Declared['google'];
  /** Endpoints of the operator that speak OpenAI's protocol, by name. */
  readonly custom: readonly CustomProvider[];
}

/**
 * The whole configuration: checked, typed, frozen to the last leaf, with secrets that cannot be printed. It is made once
 * at start by `loadConfig`; services inject this class.
 */
export class RenumConfig {
  readonly environment: Environment;
  readonly role: Declared['process']['role'];
  /** Absolute. */
  readonly dataDir: string;
  /** Absolute. */
  readonly configDir: string;
  readonly http: Declared['http'];
  readonly database: Database;
  readonly redis: Declared['redis'];
  readonly identity: Declared['identity'];
  readonly external: Declared['external'];
  /** Undefined in development and test: the ring is created in the data folder. */
  readonly secretKeys: readonly RingKey[] | undefined;
  readonly egressAllow: readonly string[];
  readonly detection: { readonly mode: Declared['security']['detection']; readonly allow: readonly string[] };
  readonly providers: Providers;
  readonly defaultModel: string | undefined;
  readonly suna: Declared['suna'];
  readonly limits: Declared['limits'];
  readonly runner: Declared['runner'];
  /** 0: for ever. */
  readonly retentionDays: number;
  readonly log: Declared['log'];
  readonly metrics: Declared['metrics'];
  /** Every key with its value (secrets masked) and where that was said. */
  readonly settings: readonly Setting[];
  /** What the operator set although it has no effect yet, one sentence each, to be said once at start. */
  readonly notYetInEffect: readonly string[];

  constructor(
    { values, customProviders, settings }: Resolved,
    place: { readonly environment: Environment; readonly dataDir: string; readonly configDir: string },
  ) {
    this.environment = place.environment;
    this.role = values.process.role;
    this.dataDir = place.dataDir;
    this.configDir = place.configDir;
    this.http = values.http;
    this.database = databaseOf(values.database.url);
    this.redis = values.redis;
    this.identity = values.identity;
    this.external = values.external;
    this.secretKeys = values.security.secretKeys;
    this.egressAllow = values.security.egressAllow;
    this.detection = { mode: values.security.detection, allow: values.security.detectionAllow };
    this.providers = {
      openai: values.openai,
      anthropic: values.anthropic,
      google: values.google,
      custom: customProviders,
    };
    this.defaultModel = values.execution.defaultModel;
    this.suna = values.suna;
    this.limits = values.limits;
    this.runner = values.runner;
    this.retentionDays = values.execution.retentionDays;
    this.log = values.log;
    this.metrics = values.metrics;
    this.settings = settings;
    this.notYetInEffect = settings.flatMap(({ key, isOperators }) =>
      isOperators && key.later ? [`${key.variable}: ${key.later}`] : [],
    );
    frozen(this);
  }
}

function databaseOf(url: 'memory:' | Secret | undefined): Database {
  if (url instanceof Secret) return { mode: 'postgres', url };
  return { mode: url === undefined ? 'embedded' : 'ephemeral', url };
}

function frozen(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const inner of Object.values(value)) frozen(inner);
}
