import type TypeScript from 'typescript';
import type { Schema } from './schema.js';
import type { Schemas } from './schemas.js';

/** What a handler takes from the address and the headers; `all` stands for every field of that class in the query. */
export type ToldParameter =
  | {
      readonly in: 'path' | 'query' | 'header';
      readonly name: string;
      readonly description?: string;
      readonly schema: Schema;
    }
  | { readonly in: 'query'; readonly all: string };

/** Headers that OpenAPI describes elsewhere. */
const ELSEWHERE = ['accept', 'content-type', 'authorization'];
const UUID: Schema = { type: 'string', format: 'uuid' };

export function parametersOf(
  ts: typeof TypeScript,
  checker: TypeScript.TypeChecker,
  schemas: Schemas,
  method: TypeScript.MethodDeclaration,
): readonly ToldParameter[] {
  return method.parameters.flatMap((parameter) => {
    const comment = checker.getSymbolAtLocation(parameter.name)?.getDocumentationComment(checker);
    const description = ts.displayPartsToString(comment);
    return (ts.getDecorators(parameter) ?? []).flatMap(({ expression }) => {
      const told = ts.isCallExpression(expression) ? toldBy(ts, checker, schemas, parameter, expression) : null;
      return told ? [{ ...told, ...(description && { description }) }] : [];
    });
  });
}

function toldBy(
  ts: typeof TypeScript,
  checker: TypeScript.TypeChecker,
  schemas: Schemas,
  parameter: TypeScript.ParameterDeclaration,
  decorator: TypeScript.CallExpression,
): ToldParameter | null {
  const type = checker.getTypeAtLocation(parameter);
  const [first] = decorator.arguments;
  const name = first && ts.isStringLiteral(first) ? first.text : null;
  switch (decorator.expression.getText()) {
    case 'Id':
      return { in: 'path', name: name ?? 'id', schema: UUID };
    case 'Param':
      return name === null ? null : { in: 'path', name, schema: schemas.of(type) };
    case 'Query':
      return name === null ? { in: 'query', all: type.symbol.name } : { in: 'query', name, schema: schemas.of(type) };
    case 'Headers':
      return name === null || ELSEWHERE.includes(name) ? null : { in: 'header', name, schema: schemas.of(type) };
    default:
      return null;
  }
}
