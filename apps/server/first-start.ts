import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Administrator, type AdministratorRef } from '#libs/identity/index.js';

/** Makes sure, at every start, that the administrator is there. Null where nobody was made just now. */
export async function ensureAdministrator(app: NestFastifyApplication): Promise<AdministratorRef | null> {
  const administrator = await app.get(Administrator, { strict: false }).ensure();
  return administrator?.password === undefined ? null : administrator;
}
