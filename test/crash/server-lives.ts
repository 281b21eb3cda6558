import { EventSourceClient } from '#libs/live/testing/event-source.client.js';
import {
  DURABLE,
  HttpClient,
  launchServer,
  type SpawnedServer,
  signUp,
  spawnServer,
  tempFolder,
  type Variables,
} from '../harness/index.js';

/** One data folder, with its database, and the servers that live on it, one after another. */
export class ServerLives {
  readonly #dataDir = tempFolder();
  #server: SpawnedServer | undefined;
  #token: string | undefined;

  constructor(private readonly env: Variables = {}) {}

  /** The next life; with `crashAt` it ends itself there. */
  async begin(crashAt = ''): Promise<HttpClient> {
    this.#server = await spawnServer(this.#variables(crashAt));
    if (this.#token === undefined) this.#token = (await signUp(this.#server.http)).bearer;
    return this.user;
  }

  /** A life that does not even come to listening. */
  async beginAndDie(crashAt: string): Promise<void> {
    this.#server = await launchServer(this.#variables(crashAt));
    await this.died();
  }

  get user(): HttpClient {
    return new HttpClient(this.#server?.url ?? '', this.#token);
  }

  /** Waits for the end that the armed point brings. */
  async died(): Promise<void> {
    expect(await this.#server?.ended).toMatchObject({ signal: 'SIGKILL' });
  }

  async kill9(): Promise<void> {
    await this.#server?.kill9();
  }

  #variables(crashAt: string): Variables {
    return { ...DURABLE, ...this.env, RENUM_DATA_DIR: this.#dataDir, ...(crashAt && { RENUM_CRASH_AT: crashAt }) };
  }
}

export async function resultOf(user: HttpClient, id: string) {
  const { status, body } = await user.get(`/api/v1/executions/${id}/result`, { headers: { prefer: 'wait=30' } });
  expect(status).toBe(200);
  return body;
}

/** Every public event of a run that is over. */
export async function storyOf(user: HttpClient, id: string): Promise<readonly { readonly type: string }[]> {
  const client = await EventSourceClient.open(`${user.url}/api/v1/executions/${id}/events?token=${user.bearer}`);
  await client.ended;
  expect(client.ids).toEqual(from1(client.ids.length));
  const story = client.data.filter(({ seq }) => seq) as { type: string }[];
  expect(story.filter(({ type }) => type === 'execution.finished')).toHaveLength(1);
  expect(story.at(-1)?.type).toBe('execution.finished');
  return story;
}

export async function allRunsOf(user: HttpClient): Promise<readonly { readonly execution_id: string }[]> {
  return (await user.get('/api/v1/executions?limit=100')).body;
}

export function from1(length: number): readonly number[] {
  return Array.from({ length }, (_, index) => index + 1);
}
