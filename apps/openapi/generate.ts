import type { INestApplication } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import type TypeScript from 'typescript';
import { ABOUT } from './about.js';
import { documentOf } from './document.js';
import { EXAMPLES } from './examples.js';
import { readSources } from './sources.js';

export interface Program {
  /** The running application: its routes. */
  readonly app: INestApplication;
  readonly version: string;
  /** The compiler, handed in because no server needs one. */
  readonly ts: typeof TypeScript;
  /** `tsconfig` of the sources. */
  readonly config: string;
  /** The module that a source file became. */
  readonly load: (sourceFile: string) => Promise<object>;
}

/** The API document of the program as it is now. Costs a compilation, a second or two. */
export async function generate({ app, version, ts, config, load }: Program): Promise<OpenAPIObject> {
  const host = {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic({ messageText }: TypeScript.Diagnostic): never {
      throw new Error(ts.flattenDiagnosticMessageText(messageText, '\n'));
    },
  };
  const parsed = ts.getParsedCommandLineOfConfigFile(config, {}, host);
  if (!parsed) throw new Error(`${config} cannot be read.`);
  const sources = readSources(ts, ts.createProgram({ rootNames: parsed.fileNames, options: parsed.options }));

  const views = parsed.fileNames.filter((name) => name.endsWith('.views.ts'));
  const modules = await Promise.all(views.map((file) => load(file)));
  const shapes = new Map(
    modules.flatMap((exports) => Object.entries(exports).filter(([, one]) => typeof one === 'function')),
  );
  return documentOf(app, sources, shapes, { ...ABOUT, version }, EXAMPLES);
}
