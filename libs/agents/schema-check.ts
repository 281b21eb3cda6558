import { type Context, createContext, Script } from 'node:vm';
import { type JsonObject, RecentMap } from '#libs/kernel/index.js';

/** What a compiled schema finds wrong with a value. */
export interface Finding {
  /** A JSON pointer into the value; empty: the value itself. */
  readonly instancePath: string;
  readonly message?: string;
  readonly params: Readonly<Record<string, unknown>>;
}

type Findings = (value: unknown) => readonly Finding[];

interface Compiler {
  compile(schema: object): { (value: unknown): unknown; errors?: readonly Finding[] | null };
  removeSchema(schema: object): unknown;
}

/**
 * Schemas are written by users: a pattern of theirs may take for ever, and the server waits with it. An honest check takes
 * less than a millisecond; it is given a second chance, because another program may have taken the first one's time.
 */
const LONGEST_CHECK_MS = 250;
const LONGEST_COMPILATION_MS = 1_000;
/** Each may be a megabyte of code. */
const COMPILED_AT_MOST = 50;
const OPTIONS = {
  strict: false,
  allErrors: true,
  validateFormats: false,
  addUsedSchema: false,
  logger: false,
} as const;

/** A check was taken back because it took longer than any honest schema needs, or went round in circles. */
export class CheckEndless extends Error {}

/**
 * Compiles JSON schemas and checks values with them, each for a bounded time. The compiler is loaded with the first
 * schema: a server whose agents have none never pays for it.
 */
export class SchemaCheck {
  readonly #compiled = new RecentMap<Findings>(COMPILED_AT_MOST);
  readonly #compilers = new Map<string, Promise<Compiler>>();

  /** Throws what the compiler thinks of a schema that is none. */
  async compiled(schema: JsonObject): Promise<Findings> {
    const text = JSON.stringify(schema);
    const known = this.#compiled.get(text);
    if (known) return known;

    const { $schema } = schema;
    const isOld = typeof $schema === 'string' && /\/draft-0[4-7]\//.test($schema);
    const compiler = await this.#compiler(isOld ? 'draft-07' : '2020-12');
    try {
      // Its dialect is chosen; under any other name of it the compiler would look for a schema that it does not have.
      const findings = compiledWith(compiler, { ...schema, $schema: undefined });
      this.#compiled.set(text, findings);
      return findings;
    } catch (error) {
      // One that was stopped in the middle is in no state to go on.
      if (error instanceof CheckEndless) this.#compilers.clear();
      throw error;
    }
  }

  #compiler(dialect: string): Promise<Compiler> {
    const loaded = this.#compilers.get(dialect) ?? loadCompiler(dialect);
    this.#compilers.set(dialect, loaded);
    return loaded;
  }
}

async function loadCompiler(dialect: string): Promise<Compiler> {
  const Ajv = dialect === 'draft-07' ? (await import('ajv')).Ajv : (await import('ajv/dist/2020.js')).Ajv2020;
  const compiler = new Ajv(OPTIONS);
  // The schema of schemas is compiled with the first one: this is not the time of a user's.
  compiler.compile({});
  return compiler;
}

function compiledWith(compiler: Compiler, schema: object): Findings {
  try {
    const validate = within(LONGEST_COMPILATION_MS, () => compiler.compile(schema));
    const findings: Findings = (value) => (validate(value) === true ? [] : [...(validate.errors ?? [])]);
    return (value) => {
      try {
        return within(LONGEST_CHECK_MS, () => findings(value));
      } catch (error) {
        if (!(error instanceof CheckEndless)) throw error;
        return within(LONGEST_CHECK_MS, () => findings(value));
      }
    };
  } finally {
    compiler.removeSchema(schema);
  }
}

/** A world of its own for the script, made with the first check: it holds a third of a megabyte. */
let room: Context | undefined;
const script = new Script('job()');

/** Runs `job` here and now; only a script of its own can be taken back in the middle of a pattern. */
function within<T>(timeout: number, job: () => T): T {
  const results: T[] = [];
  room ??= createContext({});
  room.job = () => results.push(job());
  try {
    script.runInContext(room, { timeout });
  } catch (error) {
    const isEndless = error instanceof RangeError || Object(error).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
    throw isEndless ? new CheckEndless() : error;
  } finally {
    room.job = undefined;
  }
  const [result] = results;
  if (result === undefined) throw new CheckEndless();
  return result;
}
