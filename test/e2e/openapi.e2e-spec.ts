import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { rulesBrokenBy } from '../../apps/openapi/index.js';

jest.setTimeout(60_000);

const document = JSON.parse(readFileSync('docs/openapi.json', 'utf8'));

describe('docs/openapi.json', () => {
  it('says what the program does: npm run openapi', () => {
    const { status, stderr } = spawnSync(process.execPath, ['scripts/openapi.mjs', '--check'], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
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
