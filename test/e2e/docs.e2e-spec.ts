import { readFileSync } from 'node:fs';
import { openPage, startServer, type TestServer, until } from '../harness/index.js';
import { requires } from '../requires.js';

jest.setTimeout(60_000);

describe('the API reference', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });

  it.each(['/openapi.json', '/api/v1/openapi.json'])('is a document at %s, for everybody', async (path) => {
    const { status, headers, body } = await server.http.get(path);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(body).toEqual(JSON.parse(readFileSync('docs/openapi.json', 'utf8')));
  });

  it('answers 304 to who has the document already', async () => {
    const { headers } = await server.http.get('/openapi.json');
    const again = await server.http.get('/openapi.json', { headers: { 'if-none-match': headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
  });

  it('allows its page no script of its own making and nothing from elsewhere', async () => {
    const { headers, body } = await server.http.get('/docs');
    const policy = headers.get('content-security-policy');
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/unsafe|https?:/);
    expect(body).not.toMatch(/<script>|\son\w+=|style=|https?:\/\//);
  });

  it('serves the few files of its page and no others of that package', async () => {
    for (const file of ['swagger-ui.css', 'swagger-ui-bundle.js', 'docs.js', 'favicon-32x32.png']) {
      expect((await server.http.get(`/docs/${file}`)).status).toBe(200);
    }
    for (const file of ['package.json', 'swagger-initializer.js', '..%2fpackage.json', '%2e%2e%2fpackage.json']) {
      expect((await server.http.get(`/docs/${file}`)).status).toBe(404);
    }
  });

  const chromium = requires('chromium');
  chromium.describe('in a real browser', () => {
    it('shows every tag and violates no policy', async () => {
      const page = await openPage(chromium.path);
      await page.goTo(`${server.url}/docs`);
      await until('the operations are shown', async () => (await page.evaluate<number>(COUNT)) > 10);
      const tags = await page.evaluate<string[]>(
        "[...document.querySelectorAll('.opblock-tag')].map((tag) => tag.dataset.tag)",
      );
      expect(tags).toEqual(expect.arrayContaining(['Teams', 'Agents', 'Executions']));
      expect(page.complaints).toEqual([]);
      if (process.env.SCREENSHOTS) await page.screenshot(`${process.env.SCREENSHOTS}/docs.png`);
    });

    it('shows the front door without a complaint', async () => {
      const page = await openPage(chromium.path);
      await page.goTo(server.url);
      expect(await page.evaluate<number>("document.querySelectorAll('a').length")).toBeGreaterThan(1);
      expect(page.complaints).toEqual([]);
      if (process.env.SCREENSHOTS) await page.screenshot(`${process.env.SCREENSHOTS}/front-door.png`);
    });
  });
});

const COUNT = "document.querySelectorAll('.opblock').length";
