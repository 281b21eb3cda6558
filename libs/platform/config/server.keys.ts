import { ENVIRONMENTS, key } from './key.js';
import { host, origins, ranges } from './network.kinds.js';
import { databaseUrl, redisUrl } from './secret.kinds.js';
import { oneOf, seconds, text, whole } from './value.kinds.js';

const FOLDER = text('the path of a folder', /^[^\0]+$/);

/** Where and as what the process runs. */
export const PROCESS_KEYS = {
  environment: key(oneOf(...ENVIRONMENTS), {
    variable: 'RENUM_ENV',
    default: 'development',
    in: { test: 'test', production: 'production' },
    unset: '`NODE_ENV`, else `development`',
    comment: 'The environment; decides which file of the configuration folder is read and several defaults.',
  }),
  configDir: key(FOLDER, {
    variable: 'RENUM_CONFIG_DIR',
    default: './config',
    comment: 'Folder of the YAML files, relative to the working directory.',
  }),
  role: key(oneOf('all', 'api', 'worker'), {
    path: 'role',
    default: 'all',
    comment: 'What this process does; `api` and `worker` arrive with the next release, together with Redis.',
  }),
  dataDir: key(FOLDER, {
    path: 'dataDir',
    default: './data',
    comment: 'Folder of the embedded database, keys, profiles, reports and backups, relative to the working directory.',
  }),
};

export const HTTP_KEYS = {
  host: key(host(), {
    path: 'http.host',
    variable: 'HOST',
    default: '127.0.0.1',
    in: { production: '0.0.0.0' },
    comment: 'Address the server listens on.',
  }),
  port: key(whole({ min: 0, max: 65_535 }), {
    path: 'http.port',
    variable: 'PORT',
    default: '9000',
    comment: 'Port the server listens on; 0 takes a free one.',
  }),
  corsOrigins: key(origins(), {
    path: 'http.corsOrigins',
    variable: 'CORS_ORIGINS',
    default: [],
    in: { development: 'localhost' },
    comment: 'Origins whose pages may call the API; the word localhost stands for any port of this machine.',
  }),
  trustProxy: key(ranges(), {
    path: 'http.trustProxy',
    variable: 'RENUM_TRUST_PROXY',
    default: [],
    comment: 'Proxies whose forwarding headers count.',
  }),
  drainMs: key(seconds({ min: 0, max: 3_600 }), {
    path: 'http.drainSeconds',
    variable: 'RENUM_DRAIN_SECONDS',
    default: '10',
    in: { development: '0', test: '0' },
    comment: 'Wait between readiness turning 503 and the close, so that balancers look away first.',
  }),
};

export const DATABASE_KEYS = {
  url: key(databaseUrl(), {
    path: 'database.url',
    variable: 'DATABASE_URL',
    unset: 'unset: embedded SQLite in the data folder',
    comment: 'Where the data lives; memory: loses everything at the end and is said aloud everywhere.',
  }),
};

export const REDIS_KEYS = {
  url: key(redisUrl(), {
    path: 'redis.url',
    variable: 'REDIS_URL',
    unset: 'unset: queue, cache, limits and fan-out inside the process',
    comment: 'Redis for several processes.',
    later: 'queue, cache, limits and fan-out stay inside the process',
  }),
};

export const LOG_KEYS = {
  level: key(oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'), {
    path: 'log.level',
    variable: 'LOG_LEVEL',
    default: 'info',
    live: true,
    comment: 'The least severe level that is logged.',
  }),
  format: key(oneOf('pretty', 'json'), {
    path: 'log.format',
    variable: 'LOG_FORMAT',
    default: 'json',
    in: { development: 'pretty' },
    comment: 'Lines for people or for machines.',
  }),
};

export const METRICS_KEYS = {
  access: key(oneOf('public', 'loopback', 'token'), {
    path: 'metrics.access',
    default: 'loopback',
    comment: 'Who may read /metrics: anyone, this machine only, or a bearer of metrics:read; others get 404.',
  }),
};
