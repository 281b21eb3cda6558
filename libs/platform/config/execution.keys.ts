import { key } from './key.js';
import { webUrl } from './network.kinds.js';
import { secret } from './secret.kinds.js';
import { seconds, text, usd, whole } from './value.kinds.js';

const PER_USER = whole({ min: 1, max: 1_000_000 });

export const LIMIT_KEYS = {
  concurrentExecutions: key(PER_USER, {
    path: 'limits.concurrentExecutions',
    variable: 'RENUM_MAX_CONCURRENT_EXECUTIONS',
    default: '5',
    comment: 'Executions of one user at the same time; those that wait for a person do not count.',
  }),
  agentsPerTeam: key(PER_USER, {
    path: 'limits.agentsPerTeam',
    variable: 'RENUM_MAX_AGENTS_PER_TEAM',
    default: '10',
    comment: 'Agents in one team.',
  }),
  teams: key(PER_USER, {
    path: 'limits.teams',
    variable: 'RENUM_MAX_TEAMS',
    default: '100',
    comment: 'Teams of one user.',
  }),
  monthlyBudgetUsd: key(usd({ max: 1_000_000_000 }), {
    path: 'limits.monthlyBudgetUsd',
    variable: 'RENUM_MONTHLY_BUDGET_USD',
    default: '100',
    comment: 'What one user may spend in a calendar month (UTC); 0 = no limit.',
    later: 'spending is not limited',
  }),
  rateLimitPerMinute: key(whole({ min: 0, max: 1_000_000, unit: 'requests' }), {
    path: 'limits.rateLimitPerMinute',
    variable: 'RENUM_RATE_LIMIT_PER_MINUTE',
    default: '600',
    comment: 'Requests per minute of one user or, unauthenticated, one address; 0 = off (login protection stays).',
  }),
};

export const RUNNER_KEYS = {
  stepTimeoutMs: key(seconds({ min: 1, max: 604_800 }), {
    path: 'runner.stepTimeoutSeconds',
    variable: 'RENUM_STEP_TIMEOUT_SECONDS',
    default: '600',
    comment: 'For each attempt of a step without its own timeout; parked time does not count.',
  }),
  width: key(whole({ min: 1, max: 100_000, unit: 'attempts' }), {
    path: 'runner.width',
    default: '2000',
    comment: 'Step attempts in flight in one process; what is parked does not count.',
  }),
};

export const OPENAI_KEYS = {
  apiKey: key(secret(), {
    path: 'openai.apiKey',
    variable: 'OPENAI_API_KEY',
    comment: 'Server-wide key for OpenAI, used for users without their own.',
  }),
  baseUrl: key(webUrl(), {
    path: 'openai.baseUrl',
    variable: 'OPENAI_BASE_URL',
    comment: 'Another endpoint that speaks the same protocol; includes /v1.',
  }),
};

export const ANTHROPIC_KEYS = {
  apiKey: key(secret(), {
    path: 'anthropic.apiKey',
    variable: 'ANTHROPIC_API_KEY',
    comment: 'Server-wide key for Anthropic.',
  }),
  baseUrl: key(webUrl(), {
    path: 'anthropic.baseUrl',
    variable: 'ANTHROPIC_BASE_URL',
    comment: 'Another endpoint that speaks the same protocol; /v1 at the end is tolerated.',
  }),
};

export const GOOGLE_KEYS = {
  apiKey: key(secret(), {
    path: 'google.apiKey',
    variable: 'GOOGLE_GENERATIVE_AI_API_KEY',
    comment: 'Server-wide key for Google models.',
  }),
};

export const SUNA_KEYS = {
  apiUrl: key(webUrl(), {
    path: 'suna.apiUrl',
    variable: 'SUNA_API_URL',
    comment: 'The Suna agent backend.',
    later: 'steps on Suna agents fail, saying so',
  }),
  apiToken: key(secret(), {
    path: 'suna.apiToken',
    variable: 'SUNA_API_TOKEN',
    comment: 'Token of the service account that owns the agents there.',
    later: 'steps on Suna agents fail, saying so',
  }),
};

export const EXECUTION_KEYS = {
  defaultModel: key(text('the name of a model, without spaces', /^\S{1,200}$/), {
    path: 'defaultModel',
    unset: 'unset: the step fails, saying so',
    comment: 'Model of agents that name none.',
  }),
  retentionDays: key(whole({ min: 0, max: 36_500, unit: 'days' }), {
    path: 'retentionDays',
    default: '90',
    comment: 'How long journals, payloads and context of finished executions are kept; 0 = for ever.',
    later: 'finished executions are kept for ever',
  }),
};
