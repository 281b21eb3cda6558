/**
 * The way out to what the operator configured: model providers and the like, which may be private and plain http.
 * Follows no redirect, so that a key goes nowhere but where it was meant to.
 */
export const operatorFetch: typeof globalThis.fetch = (target, init) => fetch(target, { ...init, redirect: 'manual' });
