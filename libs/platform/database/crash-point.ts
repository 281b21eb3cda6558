const nothing = (): void => undefined;

/**
 * For tests that kill: `RENUM_CRASH_AT=<name>[:n]` with `RENUM_ENV=test` ends the process at the n-th passing (the
 * first, unless said) of that point, as abruptly as a power cut. In any other environment it does nothing at all.
 */
export function armed(env: NodeJS.ProcessEnv, kill: () => void): (name: string) => void {
  const [point, passing = '1'] = env.RENUM_CRASH_AT?.split(':') ?? [];
  if (env.RENUM_ENV !== 'test' || !point) return nothing;

  let left = Number(passing);
  return (name) => {
    if (name === point && --left === 0) kill();
  };
}

/** A place where a crash would be interesting. Names are `room.moment`. */
export const crashPoint = armed(process.env, () => process.kill(process.pid, 'SIGKILL'));
