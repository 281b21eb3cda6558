/** The runs of a team, as far as the team must know of them. Whoever runs teams fills this; `apps` wires it. */
export abstract class TeamRuns {
  /** Asks every open run of the team to stop and resolves once that is written down. May be called again. */
  abstract stopOpen(userId: string, teamId: string): Promise<void>;
}
