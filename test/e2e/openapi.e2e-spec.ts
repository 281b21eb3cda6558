import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import ts from 'typescript';
import { generate, rulesBrokenBy } from '../../apps/openapi/index.js';
import { VERSION } from '../../apps/server/version.js';
import { startServer } from '../harness/index.js';

jest.setTimeout(60_000);

const text = readFileSync('docs/openapi.json', 'utf8');
const document = JSON.parse(text);

describe('docs/openapi.json', () => {
  it('says what the program does; if not: npm run openapi', async () => {
    const { running } = await startServer();
    const now = await generate({
      app: running.app,
      version: VERSION,
      ts,
      config: 'tsconfig.build.json',
      load: (file) => import(file),
    });
    expect(document).toEqual(JSON.parse(JSON.stringify(now)));
    expect(text).toBe(`${JSON.stringify(now, null, 2)}\n`);
  });

  it('is a valid OpenAPI 3.1 document', async () => {
    const validator = new Validator();
    expect(await validator.validate(structuredClone(document))).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('breaks none of our own rules', () => {
    expect(rulesBrokenBy(document)).toEqual([]);
  });

  it('describes every refusal with the same shape', () => {
    const shapes = JSON.stringify(document.paths).match(/"application\/problem\+json":\{"schema":\{[^}]*\}\}/g) ?? [];
    expect(new Set(shapes).size).toBe(1);
  });
});
