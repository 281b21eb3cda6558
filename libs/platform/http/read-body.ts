import { type ValidationError, validateSync } from 'class-validator';
import { type FieldErrors, Invalid, isJsonObject } from '#libs/kernel/index.js';
import { fieldsOf, type Shape } from './shape.js';
import { unstorable } from './text.js';

type Found = Record<string, string[]>;

/** Whoever sends more mistakes than this learns of the rest later: an answer must not outgrow its question. */
const MOST_NAMED = 100;

/**
 * JSON as an instance of `shape`, with every known field exactly as it was sent (no conversion: "5" is not 5) and
 * every unknown one dropped. Throws `Invalid` naming all fields that are wrong, by paths such as `agents[1].agent_id`.
 */
export function readBody(shape: Shape, body: unknown): object {
  if (body !== undefined && !isJsonObject(body)) throw new Invalid({ body: ['must be a JSON object'] });
  const found: Found = {};
  const value = filled(shape, body ?? {}, '', found);
  refuse({ ...problemsOf(value), ...found });
  refuse(unstorable(value, ''));
  return value;
}

export function refuse(errors: FieldErrors): void {
  const named = Object.entries(errors);
  if (named.length > MOST_NAMED) throw new Invalid(Object.fromEntries(named.slice(0, MOST_NAMED)));
  if (named.length > 0) throw new Invalid(errors);
}

/** Every rule of the instance's class that it breaks, by path. */
export function problemsOf(value: object): FieldErrors {
  const found: Found = {};
  collect(validateSync(value, { forbidUnknownValues: false, validationError: { target: false } }), '', false, found);
  return found;
}

function filled(shape: Shape, source: object, path: string, found: Found): object {
  const target: object = Reflect.construct(shape, []);
  for (const { name, nested, read } of fieldsOf(shape)) {
    if (!Object.hasOwn(source, name)) continue;
    const sent: unknown = Reflect.get(source, name);
    const at = path ? `${path}.${name}` : name;
    const value = read ? read(sent, at, naming(found)) : nested ? filledNested(nested, sent, at, found) : sent;
    Reflect.set(target, name, value);
  }
  return target;
}

function naming(found: Found): (path: string, message: string) => void {
  let left = MOST_NAMED;
  return (path, message) => {
    if (left-- > 0) found[path] = [...(found[path] ?? []), message];
  };
}

function filledNested(shape: Shape, sent: unknown, path: string, found: Found): unknown {
  if (isJsonObject(sent)) return filled(shape, sent, path, found);
  if (!Array.isArray(sent)) return sent;
  return sent.map((one: unknown, index) => {
    const at = `${path}[${index}]`;
    if (isJsonObject(one)) return filled(shape, one, at, found);
    found[at] = ['must be an object'];
    return Reflect.construct(shape, []);
  });
}

function collect(errors: readonly ValidationError[], path: string, inList: boolean, found: Found): void {
  for (const { property, constraints, children, value } of errors) {
    const at = inList ? `${path}[${property}]` : path ? `${path}.${property}` : property;
    if (constraints) found[at] = Object.values(constraints).map((text) => withoutName(text, property));
    if (children?.length) collect(children, at, Array.isArray(value), found);
  }
}

/** "name must not be empty" under the key `name` reads better as "must not be empty". */
function withoutName(text: string, property: string): string {
  if (text.startsWith(`${property} `)) return text.slice(property.length + 1);
  return text.replace(`each value in ${property} `, 'each value ');
}
