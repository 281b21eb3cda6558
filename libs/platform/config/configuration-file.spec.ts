import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultFile, environmentFile } from './configuration-file.js';
import { configurationTable } from './configuration-table.js';
import { ENVIRONMENTS, key, snake } from './key.js';
import { ALL_KEYS } from './keys.js';
import { loadConfig } from './load-config.js';
import { oneOf } from './value.kinds.js';

const ROOT = join(__dirname, '../../..');
const BEGIN = '<!-- table: begin -->';
const END = '<!-- table: end -->';
const RING = `a:${Buffer.alloc(32, 1).toString('base64')}`;

/** With UPDATE_DOCS=1 the generated files are written instead of compared. */
function expectGenerated(path: string, text: string): void {
  const full = join(ROOT, path);
  if (process.env.UPDATE_DOCS) writeFileSync(full, text);
  expect(readFileSync(full, 'utf8')).toBe(text);
}

describe('the generated files', () => {
  test('docs/configuration.md holds the table of the declarations (UPDATE_DOCS=1 writes it)', () => {
    const path = 'docs/configuration.md';
    const written = readFileSync(join(ROOT, path), 'utf8');
    const [before = ''] = written.split(BEGIN);
    const [, after = ''] = written.split(END);
    expectGenerated(path, `${before}${BEGIN}\n${configurationTable()}\n${END}${after}`);
  });

  test('config/default.yaml names every key (UPDATE_DOCS=1 writes it)', () => {
    expectGenerated('config/default.yaml', defaultFile());
    const inFiles = ALL_KEYS.filter(({ path }) => path !== undefined);
    for (const { variable } of inFiles) expect(defaultFile()).toContain(`# ${variable}: `);
  });

  test.each(ENVIRONMENTS)('config/%s.yaml holds what differs there (UPDATE_DOCS=1 writes it)', (environment) => {
    expectGenerated(`config/${environment}.yaml`, environmentFile(environment));
  });

  test.each(ENVIRONMENTS)('the files of %s say nothing but the declared defaults', (environment) => {
    const env = { RENUM_ENV: environment, RENUM_SECRET_KEYS: RING };
    const withFiles = loadConfig({ env, cwd: ROOT });
    const without = loadConfig({ env, cwd: join(ROOT, 'libs') });
    const values = ({ settings }: typeof without) => settings.map(({ key: { name }, shown }) => [name, shown]);
    expect(values(withFiles)).toEqual(values(without));
    expect(
      withFiles.settings.filter(({ isOperators }) => isOperators).map(({ key: { variable } }) => variable),
    ).toEqual(['RENUM_ENV', 'RENUM_SECRET_KEYS']);
  });
});

describe('the table', () => {
  test('shows defaults by environment, secrets with their file, and what is not yet in effect', () => {
    const level = key(oneOf('a', 'b'), {
      path: 'x.level',
      default: 'a',
      in: { production: 'b' },
      live: true,
      comment: 'Why | not.',
    });
    const [, , row] = configurationTable([level]).split('\n');
    expect(row).toBe(
      '| `RENUM_X_LEVEL` | `x.level` | development, test: `a`; production: `b` | one of a, b | Why \\| not. *Live.* |',
    );
    expect(configurationTable()).toContain('`OPENAI_API_KEY`, `…_FILE`');
    expect(configurationTable()).toMatch(/RENUM_RETENTION_DAYS.*Not yet in effect/);
  });
});

describe('the declarations', () => {
  test('give every key a comment, and no place or variable to two keys', () => {
    const places = ALL_KEYS.flatMap(({ path, variable }) =>
      path ? [...new Set([snake(path), variable.replace(/^RENUM_/, '')])] : [],
    );
    expect(new Set(places).size).toBe(places.length);
    expect(new Set(ALL_KEYS.map(({ variable }) => variable)).size).toBe(ALL_KEYS.length);
    for (const { comment } of ALL_KEYS) expect(comment).toMatch(/^[A-Z].{10,130}\.$/);
  });

  test('know every variable of the contract', () => {
    const promised =
      `RENUM_ENV HOST PORT RENUM_ROLE RENUM_DATA_DIR RENUM_CONFIG_DIR DATABASE_URL REDIS_URL RENUM_ADMIN_EMAIL
      RENUM_ADMIN_PASSWORD RENUM_REGISTRATION RENUM_SECRET_KEYS RENUM_SESSION_TTL AUTH_EXTERNAL_ISSUER AUTH_EXTERNAL_AUDIENCE
      AUTH_EXTERNAL_JWKS_URL AUTH_EXTERNAL_HS256_SECRET RENUM_TRUST_PROXY CORS_ORIGINS RENUM_EGRESS_ALLOW OPENAI_API_KEY
      OPENAI_BASE_URL ANTHROPIC_API_KEY ANTHROPIC_BASE_URL GOOGLE_GENERATIVE_AI_API_KEY RENUM_DEFAULT_MODEL SUNA_API_URL
      SUNA_API_TOKEN RENUM_MAX_CONCURRENT_EXECUTIONS RENUM_MAX_AGENTS_PER_TEAM RENUM_MAX_TEAMS RENUM_MONTHLY_BUDGET_USD
      RENUM_RATE_LIMIT_PER_MINUTE RENUM_DETECTION RENUM_DETECTION_ALLOW RENUM_STEP_TIMEOUT_SECONDS RENUM_RUNNER_WIDTH
      RENUM_DRAIN_SECONDS RENUM_RETENTION_DAYS LOG_LEVEL LOG_FORMAT RENUM_METRICS_ACCESS`.split(/\s+/);
    expect(ALL_KEYS.map(({ variable }) => variable).toSorted()).toEqual(promised.toSorted());
  });
});
