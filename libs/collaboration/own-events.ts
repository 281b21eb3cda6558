import { ExecutionArchived, ExecutionNotFound, type Journal } from '#libs/journal/index.js';
import type { ActorRef } from '#libs/kernel/index.js';
import type { JournalEvent } from '#libs/workflow/index.js';

/**
 * All events of an execution of the caller's. Reads the whole journal: for views that nobody polls. Throws
 * `ExecutionNotFound`, for foreign executions too, and `ExecutionArchived`.
 */
export async function ownEvents(journal: Journal, actor: ActorRef, id: string): Promise<readonly JournalEvent[]> {
  const row = await journal.find(id);
  if (row?.userId !== actor.id) throw new ExecutionNotFound();
  const events = await journal.events(id);
  if (events.length === 0) throw new ExecutionArchived();
  return events;
}
