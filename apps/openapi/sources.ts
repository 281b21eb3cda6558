import type TypeScript from 'typescript';
import type { ErrorKind } from '#libs/kernel/index.js';
import { parametersOf, type ToldParameter } from './parameters.js';
import type { Schema } from './schema.js';
import { Schemas } from './schemas.js';

/** What the source says of a route's handler. */
export interface Told {
  /** The comment above it: the first sentence, and all of it. */
  readonly summary: string;
  readonly description: string;
  /** What it gives back; null: nothing, or nothing that is JSON. */
  readonly answer: Schema | null;
  readonly parameters: readonly ToldParameter[];
}

export interface ToldRefusal {
  readonly code: string;
  readonly kind: ErrorKind;
}

/** All that the document takes from the source: comments and types, which do not outlive the compiler. */
export interface Sources {
  /** By `Controller.method`. */
  readonly handlers: ReadonlyMap<string, Told>;
  /** By the name of the class. */
  readonly refusals: ReadonlyMap<string, ToldRefusal>;
  readonly components: ReadonlyMap<string, Schema>;
}

const VIEWS = /\.views\.ts$/;
const CONTROLLER = /\.controller\.ts$/;
const ERRORS = /\.errors\.ts$/;

export function readSources(ts: typeof TypeScript, program: TypeScript.Program): Sources {
  const checker = program.getTypeChecker();
  const files = program.getSourceFiles().filter(({ isDeclarationFile }) => !isDeclarationFile);
  const classesIn = (pattern: RegExp): readonly TypeScript.ClassDeclaration[] =>
    files
      .filter(({ fileName }) => pattern.test(fileName))
      .flatMap(({ statements }) => statements.filter(ts.isClassDeclaration));

  const views = new Map(classesIn(VIEWS).map((one) => [one.name?.text ?? '', checker.getTypeAtLocation(one)]));
  const schemas = new Schemas(ts, checker, (name) => views.get(name));
  for (const [name, type] of views) if (/(View|Body|Query)$/.test(name)) schemas.of(type);

  const handlers = classesIn(CONTROLLER).flatMap((controller) =>
    controller.members
      .filter(ts.isMethodDeclaration)
      .map(
        (method) => [`${controller.name?.text}.${method.name.getText()}`, told(ts, checker, schemas, method)] as const,
      ),
  );
  const refusals = classesIn(ERRORS).flatMap((one) => refusal(checker, one));
  return { handlers: new Map(handlers), refusals: new Map(refusals), components: schemas.components };
}

function told(
  ts: typeof TypeScript,
  checker: TypeScript.TypeChecker,
  schemas: Schemas,
  method: TypeScript.MethodDeclaration,
): Told {
  const symbol = checker.getSymbolAtLocation(method.name);
  const comment = ts
    .displayPartsToString(symbol?.getDocumentationComment(checker))
    .replaceAll(/\s*\n\s*/g, ' ')
    .trim();
  const [first = ''] = comment.split(/(?<=[.:]) (?=[A-Z\d`])/);
  const signature = checker.getSignatureFromDeclaration(method);
  const returned = signature && checker.getReturnTypeOfSignature(signature);
  const answer = returned && (checker.getAwaitedType(returned) ?? returned);
  return {
    summary: first.replace(/[.:]$/, ''),
    description: comment,
    answer: answer && isJson(ts, answer) ? schemas.of(answer) : null,
    parameters: parametersOf(ts, checker, schemas, method),
  };
}

/** Streams, and texts that are sent as they are. */
function isJson(ts: typeof TypeScript, type: TypeScript.Type): boolean {
  const isNothing = Boolean(type.flags & (ts.TypeFlags.Void | ts.TypeFlags.Undefined | ts.TypeFlags.String));
  return !isNothing && type.symbol?.name !== 'StreamableFile';
}

function refusal(
  checker: TypeScript.TypeChecker,
  one: TypeScript.ClassDeclaration,
): readonly (readonly [string, ToldRefusal])[] {
  const type = checker.getTypeAtLocation(one);
  const wordOf = (name: string): string | null => {
    const property = type.getProperty(name);
    const value = property && checker.getTypeOfSymbol(property);
    return value?.isStringLiteral() ? value.value : null;
  };
  const code = wordOf('code');
  const kind = wordOf('kind');
  // The compiler has made sure that it is one of the kinds.
  return one.name && code !== null && kind !== null ? [[one.name.text, { code, kind: kind as ErrorKind }]] : [];
}
