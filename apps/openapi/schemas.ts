import type TypeScript from 'typescript';
import type { Json } from '#libs/kernel/index.js';
import { orNull, refTo, type Schema } from './schema.js';

type Type = TypeScript.Type;

/** Types that say the same everywhere, whatever they are made of. */
const WELL_KNOWN: Readonly<Record<string, Schema>> = {
  Json: {},
  JsonObject: { type: 'object', additionalProperties: true },
  Date: { type: 'string', format: 'date-time' },
};

/** Names of the language's own helpers: what they make has no name of its own. */
const HELPERS = ['Record', 'Readonly', 'Partial', 'Required', 'Pick', 'Omit', 'Object'];

/**
 * JSON Schemas of TypeScript types: what the compiler checks is what the document says. Named object types become
 * components and are referred to; a name that means two things is refused.
 */
export class Schemas {
  readonly components = new Map<string, Schema>();
  readonly #homes = new Map<string, TypeScript.Symbol>();

  constructor(
    private readonly ts: typeof TypeScript,
    private readonly checker: TypeScript.TypeChecker,
    /** For `@as Name` in a comment: what the wire carries where the program already holds something richer. */
    private readonly named: (name: string) => Type | undefined = () => undefined,
  ) {}

  of(type: Type): Schema {
    const alias = type.aliasSymbol?.name ?? type.symbol?.name ?? '';
    const known = WELL_KNOWN[alias];
    if (known) return known;
    if (type.isStringLiteral()) return { type: 'string', enum: [type.value] };
    if (type.isNumberLiteral()) return { type: 'number', enum: [type.value] };
    const primitive = this.#ofPrimitive(type);
    if (primitive) return primitive;
    if (type.isUnion()) return this.#ofUnion(type.types);
    return type.isIntersection() ? this.#ofIntersection(type) : this.#ofObject(type);
  }

  #ofPrimitive({ flags }: Type): Schema | null {
    const { TypeFlags } = this.ts;
    if (flags & (TypeFlags.Any | TypeFlags.Unknown)) return {};
    if (flags & TypeFlags.StringLike) return { type: 'string' };
    if (flags & TypeFlags.NumberLike) return { type: 'number' };
    if (flags & TypeFlags.BooleanLike) return { type: 'boolean' };
    if (flags & TypeFlags.Null) return { type: 'null' };
    if (flags & TypeFlags.NonPrimitive) return { type: 'object' };
    return null;
  }

  /** `number & {__unit: …}` is a number. */
  #ofIntersection(type: TypeScript.IntersectionType): Schema {
    const primitive = type.types.map((part) => this.#ofPrimitive(part)).find((schema) => schema !== null);
    return primitive ?? this.#ofProperties(type);
  }

  #ofUnion(types: readonly Type[]): Schema {
    const { TypeFlags } = this.ts;
    const present = types.filter(({ flags }) => !(flags & (TypeFlags.Undefined | TypeFlags.Void)));
    const values = present.filter(({ flags }) => !(flags & TypeFlags.Null));
    const schema = this.#ofChoices(values);
    return values.length < present.length ? orNull(schema) : schema;
  }

  #ofChoices(types: readonly Type[]): Schema {
    // `boolean` beside anything else comes as its two values.
    if (types.length === 2 && types.every(({ flags }) => flags & this.ts.TypeFlags.BooleanLiteral))
      return { type: 'boolean' };
    const words = types.flatMap((type) => (type.isStringLiteral() ? [type.value] : []));
    if (words.length === types.length) return { type: 'string', enum: words.toSorted() };
    const schemas = types.map((type) => this.of(type));
    const distinct = [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()];
    return distinct.length === 1 && distinct[0] ? distinct[0] : { anyOf: distinct };
  }

  #ofObject(type: Type): Schema {
    if (this.checker.isArrayType(type) || this.checker.isTupleType(type)) {
      const [item] = this.checker.getTypeArguments(type as TypeScript.TypeReference);
      return { type: 'array', items: item ? this.of(item) : {} };
    }
    const name = this.#nameOf(type);
    if (name === null) return this.#ofProperties(type);
    this.#learn(name, type);
    return refTo(name);
  }

  #nameOf({ aliasSymbol, symbol }: Type): string | null {
    const named = aliasSymbol ?? symbol;
    return !named || named.name.startsWith('__') || HELPERS.includes(named.name) ? null : named.name;
  }

  #learn(name: string, type: Type): void {
    const home = type.aliasSymbol ?? type.symbol;
    const known = this.#homes.get(name);
    if (known && known !== home) throw new Error(`Two types are called ${name}; the document can hold only one.`);
    if (known) return;
    this.#homes.set(name, home);
    const description = this.#textOf(home);
    this.components.set(name, { ...this.#ofProperties(type), ...(description && { description }) });
  }

  #ofProperties(type: Type): Schema {
    const index = this.checker.getIndexInfoOfType(type, this.ts.IndexKind.String);
    if (index) return { type: 'object', additionalProperties: this.of(index.type) };

    const required: string[] = [];
    const properties: Record<string, Schema> = {};
    for (const property of this.checker.getPropertiesOfType(type)) {
      if (property.flags & this.ts.SymbolFlags.Method) continue;
      properties[property.name] = this.#ofProperty(property);
      if (this.#isRequired(property)) required.push(property.name);
    }
    return { type: 'object', properties, ...(required.length > 0 && { required }) };
  }

  #ofProperty(property: TypeScript.Symbol): Schema {
    const schema = this.#toldAs(property) ?? this.of(this.checker.getTypeOfSymbol(property));
    const description = this.#textOf(property);
    const initial = this.#initialOf(property);
    return { ...schema, ...(description && { description }), ...(initial !== undefined && { default: initial }) };
  }

  #toldAs(property: TypeScript.Symbol): Schema | null {
    const tag = property.getJsDocTags(this.checker).find(({ name }) => name === 'as');
    if (!tag) return null;
    const [name = '', ...rest] = this.ts.displayPartsToString(tag.text).split(/[\s|]+/);
    const type = this.named(name.replace('[]', ''));
    if (!type) throw new Error(`${property.name} is told as ${name}, which is not there.`);
    const schema = name.endsWith('[]') ? { type: 'array', items: this.of(type) } : this.of(type);
    return rest.includes('null') ? orNull(schema) : schema;
  }

  /** What has a value from the beginning may be left out by whoever sends it. */
  #isRequired(property: TypeScript.Symbol): boolean {
    return !(property.flags & this.ts.SymbolFlags.Optional) && this.#initialOf(property) === undefined;
  }

  #initialOf(property: TypeScript.Symbol): Json | undefined {
    const declaration = property.valueDeclaration;
    if (!declaration || !this.ts.isPropertyDeclaration(declaration) || !declaration.initializer) return undefined;
    const { initializer } = declaration;
    if (this.ts.isNumericLiteral(initializer)) return Number(initializer.text);
    if (this.ts.isStringLiteral(initializer)) return initializer.text;
    if (initializer.kind === this.ts.SyntaxKind.TrueKeyword) return true;
    if (initializer.kind === this.ts.SyntaxKind.FalseKeyword) return false;
    return undefined;
  }

  #textOf(symbol: TypeScript.Symbol): string {
    return this.ts
      .displayPartsToString(symbol.getDocumentationComment(this.checker))
      .replaceAll(/\s*\n\s*/g, ' ')
      .trim();
  }
}
