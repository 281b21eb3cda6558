import { Invalid } from '#libs/kernel/index.js';
import { problemsOf, refuse } from './read-body.js';
import { type Field, fieldsOf, type Shape } from './shape.js';
import { isStorable } from './text.js';

const NUMBER = /^-?\d{1,15}(?:\.\d{1,15})?$/;
const TRUE = new Set(['true', '1']);
const FALSE = new Set(['false', '0']);

/**
 * Query parameters as an instance of `shape`. Each text is converted to what its property is declared as, or left as
 * it is for the rules to name. Lists come as `a=1&a=2`, `a[]=1` or `a=1,2`; of a repeated single value the last counts;
 * an empty number or boolean is an absent one. Unknown parameters are dropped.
 */
export function readQuery(shape: Shape, query: object): object {
  const target: object = Reflect.construct(shape, []);
  for (const field of fieldsOf(shape)) {
    const texts = textsOf(query, field);
    const value = texts && converted(texts, field.declared, field.name);
    if (value !== undefined) Reflect.set(target, field.name, value);
  }
  refuse(problemsOf(target));
  return target;
}

/** One named parameter, `@Query('page') page: number`; absent stays absent. */
export function readParameter(name: string, sent: unknown, declared: unknown): unknown {
  if (sent === undefined) return undefined;
  const value = converted(listOf(sent), declared, name);
  const isRight = value === undefined || declared !== Number || typeof value === 'number';
  if (!isRight) throw new Invalid({ [name]: ['must be a number'] });
  if (declared === Boolean && typeof value === 'string') throw new Invalid({ [name]: ['must be true or false'] });
  return value;
}

function textsOf(query: object, { name, declared }: Field): readonly string[] | undefined {
  const plain: unknown = Reflect.get(query, name);
  const bracketed: unknown = declared === Array ? Reflect.get(query, `${name}[]`) : undefined;
  if (plain === undefined && bracketed === undefined) return undefined;
  return [...listOf(plain), ...listOf(bracketed)];
}

function converted(texts: readonly string[], declared: unknown, name: string): unknown {
  if (!texts.every(isStorable)) throw new Invalid({ [name]: ['must not contain U+0000 or lone surrogates'] });
  if (declared === Array) return texts.flatMap((text) => text.split(',')).filter((text) => text !== '');
  const text = texts.at(-1) ?? '';
  if (declared !== Number && declared !== Boolean) return text;
  if (text === '') return undefined;
  if (declared === Number) return NUMBER.test(text) ? Number(text) : text;
  if (TRUE.has(text)) return true;
  return FALSE.has(text) ? false : text;
}

function listOf(sent: unknown): readonly string[] {
  if (sent === undefined) return [];
  const many: readonly unknown[] = Array.isArray(sent) ? sent : [sent];
  return many.filter((one) => typeof one === 'string');
}
