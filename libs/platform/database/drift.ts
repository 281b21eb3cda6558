/** Parts of a schema (tables, indexes, functions) by their name, each with its definition. */
export type Parts = ReadonlyMap<string, string>;

/**
 * What somebody has done to a schema since the last migration left it as `kept`, one sentence each. What was put beside
 * it is not ours to judge.
 */
export function drift(kept: Parts, found: Parts): readonly string[] {
  return [...kept].flatMap(([name, definition]) => {
    const now = found.get(name);
    if (now === undefined) return [`${name} is missing`];
    return now === definition ? [] : [`${name} was changed`];
  });
}
