import { randomBytes } from 'node:crypto';
import { type Call, callOnce } from './caller.js';
import { Program } from './program.js';

const PASSWORD = 'the bench presses its own weight';
/** One ring for all starts: what is signed before a restart holds after it. */
const KEYS = `bench:${randomBytes(32).toString('base64')}`;
const PROMPT = 'Compare the three largest makers of heat pumps in Portugal.';

/** As in production, but for what would stop a load: limits of one user and one address. */
function surroundings(dataDir: string, port: number, databaseUrl: string): Readonly<Record<string, string>> {
  return {
    RENUM_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: String(port),
    LOG_LEVEL: 'warn',
    RENUM_DATA_DIR: dataDir,
    DATABASE_URL: databaseUrl,
    RENUM_SECRET_KEYS: KEYS,
    RENUM_REGISTRATION: 'open',
    RENUM_RATE_LIMIT_PER_MINUTE: '0',
    RENUM_MAX_CONCURRENT_EXECUTIONS: '1000000',
    RENUM_DRAIN_SECONDS: '0',
  };
}

export interface StartOptions {
  /** 0: a free one. */
  readonly port?: number;
  /** Absent: a file in its folder. */
  readonly databaseUrl?: string;
  readonly nodeOptions?: readonly string[];
}

/** Our server, as built, in a process of its own. */
export class Renum {
  private constructor(
    readonly program: Program,
    readonly url: string,
  ) {}

  /** Starts it and does not wait. */
  static launch(dataDir: string, { port = 0, databaseUrl = '', nodeOptions = [] }: StartOptions = {}): Program {
    return Program.served(surroundings(dataDir, port, databaseUrl), nodeOptions);
  }

  static async start(dataDir: string, options?: StartOptions): Promise<Renum> {
    const program = Renum.launch(dataDir, options);
    const [, url = ''] = await program.says(/^renum listening on (\S+) pid \d+$/m);
    return new Renum(program, url);
  }

  async signUp(): Promise<User> {
    const email = `bench-${randomBytes(6).toString('hex')}@example.com`;
    const nobody = new User(this.url, '');
    await nobody.post('/api/v1/auth/register', { name: 'Bench', email, password: PASSWORD });
    const { token } = await nobody.post('/api/v1/auth/login', { email, password: PASSWORD });
    return new User(this.url, token);
  }
}

export type Strategy = 'sequential' | 'parallel';

/** Somebody with teams, and the calls of theirs that the load repeats. */
export class User {
  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  // biome-ignore lint/suspicious/noExplicitAny: what is read of an answer is said where it is read
  async post(path: string, body: unknown): Promise<any> {
    return JSON.parse(await callOnce(this.#call('POST', path, body)));
  }

  // biome-ignore lint/suspicious/noExplicitAny: as above
  async get(path: string, headers?: Readonly<Record<string, string>>): Promise<any> {
    return JSON.parse(await callOnce(this.#call('GET', path, undefined, headers)));
  }

  /** Of one of this user's runs, as soon as it is over. */
  resultOf(executionId: string): Promise<{ readonly status: string }> {
    return this.get(`/api/v1/executions/${executionId}/result`, { prefer: 'wait=30' });
  }

  /** A team of so many simulated agents, each with what `extra` says; resolves with its id. */
  async makeTeam(strategy: Strategy, size: number, extra: object = {}): Promise<string> {
    const agentIds: string[] = [];
    for (let number = 1; number <= size; number++) agentIds.push(await this.#makeAgent(`Agent ${number}`));
    const agents = agentIds.map((agent_id, index) => ({
      agent_id,
      role: 'member',
      ...(strategy === 'sequential' && { execution_order: index + 1 }),
      input:
        index === 0 || strategy === 'parallel' ? INITIAL : { source: 'agent_result', agent_id: agentIds[index - 1] },
      ...extra,
    }));
    const workflow_definition = { type: strategy, agents };
    const { team_id } = await this.post('/api/v1/teams', { name: 'Bench', agent_ids: agentIds, workflow_definition });
    return team_id;
  }

  /** A run of a team, from its acceptance to its result in one call. */
  run(teamId: string, prompt = PROMPT): Call {
    const path = `/api/v1/teams/${teamId}/execute`;
    return this.#call('POST', path, { initial_prompt: prompt }, { prefer: 'wait=30' });
  }

  /** The same, answered as soon as it is accepted. */
  begin(teamId: string, prompt: string): Call {
    return this.#call('POST', `/api/v1/teams/${teamId}/execute`, { initial_prompt: prompt });
  }

  read(path: string): Call {
    return this.#call('GET', path);
  }

  /** Signed in still, on a server that was started again. */
  at(url: string): User {
    return new User(url, this.token);
  }

  async #makeAgent(name: string): Promise<string> {
    const configuration = { model: 'sim/bench', system_prompt: 'You compare companies.', tools: [] };
    const { agent_id } = await this.post('/api/v1/agents', { name, configuration });
    return agent_id;
  }

  #call(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Call {
    return {
      url: `${this.url}${path}`,
      method,
      headers: {
        ...(this.token && { authorization: `Bearer ${this.token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    };
  }
}

const INITIAL = { source: 'initial_prompt' };

/** What every answer to a run that came to its end holds. */
export const COMPLETED = '"status":"completed"';
