import { startServer, type TestServer } from '../harness/index.js';

describe('the front door', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });

  it('tells a program who answers and where to go on', async () => {
    const { status, body } = await server.http.get('/');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      name: 'renum',
      version: expect.any(String),
      links: { docs: '/docs', health: '/health' },
    });
  });

  it('shows a browser a page that needs nothing from elsewhere', async () => {
    const { headers, body } = await server.http.get('/', { headers: { accept: 'text/html,*/*;q=0.8' } });
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('content-security-policy')).not.toContain('unsafe-inline');
    expect(body).toContain('<a href="/docs">');
    expect(body).not.toMatch(/(href|src)="https?:/);
  });
});
