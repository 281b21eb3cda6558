import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from './client.js';
import { Dice } from './dice.js';
import type { Findings } from './findings.js';
import type { CastVote } from './judges/approvals.js';

export interface Person {
  readonly id: string;
  readonly client: Client;
}

interface Item {
  readonly id: string;
  readonly execution_id: string;
  readonly step_id: string;
  readonly expires_at: string | null;
  readonly may_decide: boolean;
}

const LOOK_AGAIN_MS = 60;
const LONGEST_THOUGHT_MS = 400;
const REJECTED_SHARE = 0.15;
const EDITED_SHARE = 0.3;
const UNKEYED_SHARE = 0.5;
/** Of what expires by itself. */
const FORGOTTEN_SHARE = 0.6;

/** People who look into their inboxes and decide, now at once and now later, whoever dies meanwhile. */
export class People {
  /** What they were told is decided, by execution. */
  readonly cast = new Map<string, CastVote[]>();
  #ending = false;

  constructor(
    people: readonly Person[],
    private readonly findings: Findings,
    seed: number,
  ) {
    for (const [index, person] of people.entries()) void this.#work(person, new Dice(seed - 1 - index));
  }

  /** They decide no more. */
  end(): void {
    this.#ending = true;
  }

  /** Everything that this person is asked, at once. */
  async approveAll(person: Person): Promise<void> {
    const items = await inboxOf(person);
    await Promise.all(
      items.filter((item) => item.may_decide).map((item) => this.#decide(person, item, 'approve', null)),
    );
  }

  async #work(person: Person, dice: Dice): Promise<void> {
    const seen = new Set<string>();
    while (!this.#ending) {
      for (const item of await inboxOf(person)) {
        if (!item.may_decide || seen.has(item.id)) continue;
        seen.add(item.id);
        if (item.expires_at === null || !dice.happens(FORGOTTEN_SHARE)) void this.#thinkOver(person, item, dice);
      }
      await pause(LOOK_AGAIN_MS);
    }
  }

  async #thinkOver(person: Person, item: Item, dice: Dice): Promise<void> {
    const decision = dice.happens(REJECTED_SHARE) ? 'reject' : 'approve';
    const edited = decision === 'approve' && dice.happens(EDITED_SHARE) ? `As ${person.id} sees it.` : null;
    const isUnkeyed = dice.happens(UNKEYED_SHARE);
    await pause(dice.between(0, LONGEST_THOUGHT_MS));
    await this.#decide(person, item, decision, edited, isUnkeyed);
  }

  async #decide(
    { id: by, client }: Person,
    { id, execution_id, step_id: step }: Item,
    decision: CastVote['decision'],
    edited: string | null,
    isUnkeyed = false,
  ): Promise<void> {
    const headers = isUnkeyed ? {} : { 'idempotency-key': randomUUID() };
    const { status, body } = await client.post(`/api/v1/approvals/${id}/decide`, { decision, edited }, headers);
    // It was their own word whose answer was cut off, and it is on record.
    const isKnown = status === 409 && body.code === 'approval.already-decided';
    if (status === 200 || isKnown)
      this.cast.set(execution_id, [...(this.cast.get(execution_id) ?? []), { step, by, decision }]);
    else if (status !== 409)
      this.findings.add('broken', `The word on ${id} was answered ${status}: ${JSON.stringify(body)}`);
    const own = body.votes?.filter((vote: { by: string }) => vote.by === by) ?? [];
    if (status === 200 && own.length !== 1) this.findings.add('broken', `${id} tells ${own.length} words of ${by}.`);
  }
}

async function inboxOf({ client }: Person): Promise<readonly Item[]> {
  const { body } = await client.get('/api/v1/approvals?status=pending&limit=100');
  return body.items ?? [];
}
