import type { Migration } from '#libs/platform/database/index.js';

/** Every change of the schema, oldest first: one file each, with one class for each dialect. */
export const migrations: readonly Migration[] = [];
