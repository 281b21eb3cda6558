const LONGEST_SECONDS = 300;

/**
 * Seconds the caller is ready to wait, of `Prefer: wait=N` (RFC 7240); above 300 counts as 300. Null when it says
 * nothing, or nothing well formed: a malformed preference is ignored, never an error.
 */
export function preferredWaitSeconds(header: string | readonly string[] | undefined): number | null {
  if (header === undefined) return null;
  for (const preference of String(header).split(/[,;]/)) {
    const seconds = /^\s*wait\s*=\s*"?(\d+)"?\s*$/i.exec(preference)?.[1];
    if (seconds !== undefined) return Math.min(Number(seconds), LONGEST_SECONDS);
  }
  return null;
}
