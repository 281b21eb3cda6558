/**
 * The headers every answer carries, made once. They are what helmet sends by default, with the policy of an API that
 * serves no pages: a page sets its own `content-security-policy`. `upgrade-insecure-requests` is left out because it
 * breaks plain http inside a house network; HSTS is only said where https is certain.
 */
export function securityHeaders(options: { readonly hsts: boolean }): Readonly<Record<string, string>> {
  return Object.freeze({
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'origin-agent-cluster': '?1',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-dns-prefetch-control': 'off',
    'x-download-options': 'noopen',
    'x-frame-options': 'DENY',
    'x-permitted-cross-domain-policies': 'none',
    'x-xss-protection': '0',
    ...(options.hsts && { 'strict-transport-security': 'max-age=31536000; includeSubDomains' }),
  });
}
