import type { Command } from './command.js';
import { demo } from './demo.command.js';
import { doctor } from './doctor.command.js';
import { migrateDown, migrateStatus, migrateUp } from './migrate.command.js';
import { openapi } from './openapi.command.js';
import { userCreate, userList, userPromote } from './user.command.js';

/** In the order of the help. */
export const COMMANDS: readonly Command[] = [
  demo,
  doctor,
  userCreate,
  userList,
  userPromote,
  migrateStatus,
  migrateUp,
  migrateDown,
  openapi,
];
