import { Session } from 'node:inspector/promises';

/**
 * Gives memory that only the start needed back to the system: about 40 MiB for 0.1 s, in which nothing else runs. What
 * stays of a young heap that grew while a thousand modules were read would otherwise stay for good.
 */
export async function giveBack(): Promise<void> {
  const session = new Session();
  session.connect();
  await session.post('HeapProfiler.collectGarbage');
  session.disconnect();
}
