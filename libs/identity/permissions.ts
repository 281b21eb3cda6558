import type { Permission, Role } from '#libs/kernel/index.js';

// Invariant: what is not granted here is denied; every role but admin is named right by right.

/** All verbs of these areas: everybody's own things. Whose things they are, each service asks itself. */
const OWN_AREAS = new Set([
  'account',
  'agent',
  'api-key',
  'approval',
  'chat',
  'context',
  'execution',
  'knowledge',
  'mcp-server',
  'message',
  'notification',
  'session',
  'share',
  'team',
  'template',
  'token',
  'usage',
  'workflow',
]);

const MORE: Readonly<Record<Exclude<Role, 'admin'>, ReadonlySet<Permission>>> = {
  user: new Set(),
  operator: new Set(['health:read', 'metrics:read', 'reports:read', 'insights:read', 'alerts:write']),
  auditor: new Set(['audit:read', 'security:read']),
};

export function permits(role: Role, permission: Permission): boolean {
  if (role === 'admin') return true;
  return OWN_AREAS.has(permission.slice(0, permission.indexOf(':'))) || MORE[role].has(permission);
}
