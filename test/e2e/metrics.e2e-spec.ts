import { signUp, simAgent, startServer, teamOf } from '../harness/index.js';

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

  it('counts what runs did, and never shows an id', async () => {
    const { http } = await startServer();
    const ada = await signUp(http);
    const agent = await simAgent(ada, '[[tokens:12,3]][[cost:0.5]]');
    const team = await teamOf(ada, 'sequential', [agent]);
    const { body: run } = await ada.post(
      `/api/v1/teams/${team}/execute`,
      { initial_prompt: 'count me' },
      { headers: { prefer: 'wait=20' } },
    );
    expect(run.status).toBe('completed');

    const { body } = await http.get('/metrics');
    expect(body).toContain('renum_executions_finished_total{outcome="completed"} 1\n');
    expect(body).toContain('renum_steps_finished_total{runner="sim",outcome="succeeded"} 1\n');
    expect(body).toContain('renum_tokens_total{direction="input",provider="sim"} 12\n');
    expect(body).toContain('renum_tokens_total{direction="output",provider="sim"} 3\n');
    expect(body).toContain('renum_cost_usd_total{provider="sim"} 0.5\n');
    expect(body).toContain('renum_queue_depth 0\n');
    expect(body).toContain('http_route="/api/v1/teams/:id/execute",http_request_method="POST"');
    for (const id of [team, agent, run.execution_id]) expect(body).not.toContain(id);
  });

  it('is there for a bearer of the permission where a token is asked for', async () => {
    const admin = { RENUM_ADMIN_EMAIL: 'root@example.com', RENUM_ADMIN_PASSWORD: 'a long enough password' };
    const { http } = await startServer({ RENUM_METRICS_ACCESS: 'token', ...admin });
    const login = { email: admin.RENUM_ADMIN_EMAIL, password: admin.RENUM_ADMIN_PASSWORD };
    const { body } = await http.post('/api/v1/auth/login', login);
    expect((await http.as(body.token).get('/metrics')).status).toBe(200);
    const ada = await signUp(http);
    expect((await ada.get('/metrics')).status).toBe(404);
  });
});
