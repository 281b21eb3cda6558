import { type Act, FakeModelServer, plain } from './fake-model-server.js';

/** Plays an agent behind an address of its own; unscripted, it repeats its input. */
export function startFakeAgent(): Promise<FakeModelServer> {
  return FakeModelServer.start(({ body }) => agent.says(`You said: ${String(body.input)}`));
}

export const agent = {
  says(result: string, more: object = {}): readonly Act[] {
    return plain(200, { result, ...more });
  },

  refuses(status: number, body: unknown = { error: 'no' }, headers?: Readonly<Record<string, string>>): readonly Act[] {
    return plain(status, body, headers);
  },
};
