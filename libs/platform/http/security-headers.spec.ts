import helmet from '@fastify/helmet';
import { fastify } from 'fastify';
import { securityHeaders } from './security-headers.js';

describe('securityHeaders', () => {
  it('says at least what helmet says, and as strictly', async () => {
    const anchor = fastify();
    await anchor.register(helmet);
    anchor.get('/', () => '');
    const { headers } = await anchor.inject('/');
    await anchor.close();
    const ours = securityHeaders({ hsts: true });
    const theirs = Object.keys(headers).filter(
      (name) => !['content-type', 'content-length', 'date', 'connection'].includes(name),
    );
    expect(Object.keys(ours).sort()).toEqual(theirs.sort());
    const differing = theirs.filter((name) => ours[name] !== headers[name]);
    expect(differing.sort()).toEqual(['content-security-policy', 'x-frame-options']);
  });

  it('leaves HSTS to houses where https is certain', () => {
    expect(securityHeaders({ hsts: false })).not.toHaveProperty('strict-transport-security');
  });
});
