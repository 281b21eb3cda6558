/** Asked before a team is saved: which of these agents are the user's own. `apps` says who answers. */
export abstract class OwnedAgents {
  /** May be asked inside a unit of work, so it awaits nothing but the database. */
  abstract ownedIds(userId: string, agentIds: readonly string[]): Promise<ReadonlySet<string>>;
}
