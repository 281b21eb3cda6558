export const ROLES = ['user', 'operator', 'auditor', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** `area:verb`, as routes declare it and roles grant it. */
export type Permission = `${string}:${string}`;

/** Who is calling. All that any feature ever learns of identity. */
export interface ActorRef {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  /** The session behind the call; absent for API tokens and for the system itself. */
  readonly sessionId?: string;
}
