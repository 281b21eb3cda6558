/** Which program this is, and since when this process runs it. Instants are ms since 1970. */
export class Release {
  constructor(
    readonly name: string,
    readonly version: string,
    readonly startedAt: number,
  ) {}
}
