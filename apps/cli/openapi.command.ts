import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Command, UsageProblem } from './command.js';
import { Failed } from './failure.js';

export const openapi: Command = {
  words: ['openapi'],
  summary: 'print the OpenAPI document of this release',
  details: `The document comes with the program and is what a server answers at /openapi.json.`,
  options: {
    out: { value: 'FILE', about: 'write it there instead of printing it' },
    check: { about: 'only compare FILE with it; ends with 1 when they differ' },
  },
  async run({ switches, values }, terminal) {
    const file = values.get('out');
    const document = readFileSync(join(terminal.folder, 'docs/openapi.json'), 'utf8');
    if (file === undefined) {
      if (switches.has('check')) throw new UsageProblem('--check needs --out FILE.');
      terminal.out(document);
      return 0;
    }
    const path = resolve(terminal.cwd, file);
    if (!switches.has('check')) writeFileSync(path, document);
    else if (readFileSync(path, 'utf8') !== document) throw new Failed(`${file} is not the document of this release.`);
    return 0;
  },
};
