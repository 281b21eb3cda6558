import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunningServer } from '../server/running-server.js';
import { serve } from '../server/serve.js';

/**
 * A whole server for one command: real HTTP on a free port, real files in a folder that is gone at the end. It lives in
 * this process, so that it cannot outlive it, and sees nothing of the configuration around it.
 */
export class PrivateServer {
  private constructor(
    private readonly running: RunningServer,
    readonly folder: string,
  ) {}

  /** `program`: the folder it is installed in. */
  static async start(program: string): Promise<PrivateServer> {
    const folder = mkdtempSync(join(tmpdir(), 'renum-private-'));
    try {
      const env = {
        RENUM_ENV: 'development',
        RENUM_DATA_DIR: folder,
        RENUM_CONFIG_DIR: folder,
        PORT: '0',
        LOG_LEVEL: 'silent',
      };
      return new PrivateServer(await serve({ env, out: { write: () => undefined }, folder: program }), folder);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  get url(): string {
    return this.running.url;
  }

  /** Of its administrator. */
  get credentials(): { readonly email: string; readonly password: string } {
    return JSON.parse(readFileSync(join(this.folder, 'admin.json'), 'utf8'));
  }

  async stop(): Promise<void> {
    await this.running.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
