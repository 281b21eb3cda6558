import { startServer } from '../harness/index.js';

const OPENMETRICS = { headers: { accept: 'application/openmetrics-text;version=1.0.0,text/plain;q=0.5' } };

describe('/metrics', () => {
  it('shows a scraper of this machine how long requests took, by the pattern of their route', async () => {
    const { http } = await startServer();
    await http.get('/readyz/database');
    await http.get('/nowhere/at/all');
    await http.get('/nowhere/else');

    const { status, headers, body } = await http.get('/metrics');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const of = (route: string, code: number): string =>
      `{http_route="${route}",http_request_method="GET",http_response_status_code="${code}"`;
    expect(body).toContain(`http_server_request_duration_seconds_count${of('/readyz/:check', 200)}} 1\n`);
    expect(body).toContain(`http_server_request_duration_seconds_count${of('unknown', 404)}} 2\n`);
    expect(body).toContain(`http_server_request_duration_seconds_bucket${of('/readyz/:check', 200)},le="0.2"} 1\n`);
    expect(body).toMatch(/^process_cpu_user_seconds_total /m);
    expect(body).toMatch(/^renum_database_transactions_total \d+$/m);
  });

  it('speaks OpenMetrics to who asks for it, and text again to the next', async () => {
    const { http } = await startServer();
    const { headers, body } = await http.get('/metrics', OPENMETRICS);
    expect(headers.get('content-type')).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    expect(body).toContain('# TYPE renum_database_transactions counter\nrenum_database_transactions_total ');
    expect(body.endsWith('# EOF\n')).toBe(true);
    expect((await http.get('/metrics')).body).toContain('# TYPE renum_database_transactions_total counter\n');
  });

  it('is not there for who comes through a proxy', async () => {
    const { http } = await startServer();
    const { status, body } = await http.get('/metrics', { headers: { 'x-forwarded-for': '203.0.113.9' } });
    expect([status, body.code]).toEqual([404, 'route.not-found']);
  });

  it('is there for everybody where it is public, and for nobody without a token where one is asked for', async () => {
    const open = await startServer({ RENUM_METRICS_ACCESS: 'public' });
    expect((await open.http.get('/metrics', { headers: { 'x-forwarded-for': '203.0.113.9' } })).status).toBe(200);
    const closed = await startServer({ RENUM_METRICS_ACCESS: 'token' });
    expect((await closed.http.get('/metrics')).status).toBe(404);
  });
});
