import { type Call, callOnce } from './caller.js';
import { Program } from './program.js';

/** The bare program of `floor.ts` in a process of its own. */
export class Floor {
  private constructor(
    readonly program: Program,
    private readonly url: string,
  ) {}

  static async start(folder: string): Promise<Floor> {
    const program = Program.ofBench('floor.ts', { FLOOR_DIR: folder });
    const [, url = ''] = await program.says(/^floor listening on (\S+)$/m);
    return new Floor(program, url);
  }

  run(): Call {
    return this.#post('/run', { initial_prompt: 'Compare the three largest makers of heat pumps in Portugal.' });
  }

  read(teamId: string): Call {
    return { url: `${this.url}/teams/${teamId}`, method: 'GET', headers: {} };
  }

  /** The very row that ours reads. */
  async keep(team: unknown): Promise<void> {
    await callOnce(this.#post('/teams', team));
  }

  #post(path: string, body: unknown): Call {
    const headers = { 'content-type': 'application/json' };
    return { url: `${this.url}${path}`, method: 'POST', headers, body: JSON.stringify(body) };
  }
}
