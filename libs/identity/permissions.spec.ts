import { ROLES } from '#libs/kernel/index.js';
import { permits } from './permissions.js';

describe('permits', () => {
  it('gives everybody their own things', () => {
    for (const role of ROLES) expect(permits(role, 'team:create') && permits(role, 'execution:read')).toBe(true);
  });

  it.each([
    ['health:read', ['operator', 'admin']],
    ['alerts:write', ['operator', 'admin']],
    ['insights:read', ['operator', 'admin']],
    ['audit:read', ['auditor', 'admin']],
    ['security:read', ['auditor', 'admin']],
    ['security:write', ['admin']],
    ['users:write', ['admin']],
    ['nonsense:read', ['admin']],
    [':', ['admin']],
  ] as const)('gives %s to %j alone', (permission, roles) => {
    expect(ROLES.filter((role) => permits(role, permission))).toEqual(roles);
  });
});
