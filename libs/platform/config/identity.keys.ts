import { key } from './key.js';
import { egressTargets, ranges, webUrl } from './network.kinds.js';
import { keyRing, secret } from './secret.kinds.js';
import { duration, oneOf, text } from './value.kinds.js';

export const IDENTITY_KEYS = {
  adminEmail: key(text('an e-mail address', /^[^\s@]{1,64}@[^\s@]{1,189}$/), {
    path: 'admin.email',
    unset: 'unset; development: `admin@renum.local`',
    comment: 'Administrator to create at start if missing, else to promote.',
  }),
  adminPassword: key(secret({ min: 12, max: 128 }), {
    path: 'admin.password',
    unset: 'unset; development: random, printed once, kept in `admin.json` of the data folder',
    comment: 'Password of that administrator; set only when the account is created.',
  }),
  registration: key(oneOf('open', 'closed'), {
    path: 'registration',
    default: 'open',
    in: { production: 'closed' },
    comment: 'Whether strangers may register.',
  }),
  sessionTtlMs: key(duration({ min: '1s', max: '365d' }), {
    path: 'session.ttl',
    default: '12h',
    comment: 'Life of an access token and its session.',
  }),
};

const OWN_TOKENS_ONLY = 'only tokens of this server are accepted';

export const EXTERNAL_KEYS = {
  issuer: key(text('the exact `iss` of the tokens, without spaces', /^\S{1,2048}$/), {
    path: 'auth.external.issuer',
    variable: 'AUTH_EXTERNAL_ISSUER',
    comment: 'Outside issuer whose tokens are accepted (Supabase, Keycloak, …).',
    later: OWN_TOKENS_ONLY,
  }),
  audience: key(text('the exact `aud` of the tokens, without spaces', /^\S{1,2048}$/), {
    path: 'auth.external.audience',
    variable: 'AUTH_EXTERNAL_AUDIENCE',
    comment: 'Audience such a token must name.',
    later: OWN_TOKENS_ONLY,
  }),
  jwksUrl: key(webUrl(), {
    path: 'auth.external.jwksUrl',
    variable: 'AUTH_EXTERNAL_JWKS_URL',
    comment: 'Where the public keys of that issuer are.',
    later: OWN_TOKENS_ONLY,
  }),
  hs256Secret: key(secret(), {
    path: 'auth.external.hs256Secret',
    variable: 'AUTH_EXTERNAL_HS256_SECRET',
    comment: 'Shared secret of an issuer that signs with HS256.',
    later: OWN_TOKENS_ONLY,
  }),
};

export const SECURITY_KEYS = {
  secretKeys: key(keyRing(), {
    path: 'secretKeys',
    unset: 'development, test: created in the data folder; production refuses to start',
    comment: 'Keys that seal stored secrets; the first one is active, the others still open what they sealed.',
    later: 'stored secrets are not sealed with it',
  }),
  egressAllow: key(egressTargets(), {
    path: 'egress.allow',
    default: [],
    comment: 'Private targets that the outbound guard lets through.',
    later: 'no exception is made for these targets',
  }),
  detection: key(oneOf('enforce', 'dry-run', 'off'), {
    path: 'detection.mode',
    variable: 'RENUM_DETECTION',
    default: 'dry-run',
    in: { production: 'enforce' },
    comment: 'Whether suspected attackers are blocked, only reported, or not watched.',
    later: 'attacks are neither detected nor blocked',
  }),
  detectionAllow: key(ranges(), {
    path: 'detection.allow',
    default: [],
    comment: 'Addresses that are never judged.',
    later: 'attacks are neither detected nor blocked',
  }),
};
