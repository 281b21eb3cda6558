import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Injectable } from '@nestjs/common';
import { hash, parseOptions, verify } from '@node-rs/argon2';
import { Gate } from './gate.js';
import { HashingBusy } from './identity.errors.js';
import { normalPassword } from './password-rules.js';

/** argon2id; about 10 ms and 19 MiB each. Raising them here rehashes each password at its owner's next login. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/** libuv has four threads for everybody: one stays free for files and names. */
const WIDTH = Math.max(1, Math.min(availableParallelism(), 3));
const PATIENCE = 200;

/** Hashes and compares passwords beside the event loop, a few at a time. Throws `HashingBusy` when too many wait. */
@Injectable()
export class Passwords {
  readonly #gate = new Gate(WIDTH, PATIENCE, () => new HashingBusy());
  #nobodys: Promise<string> | undefined;

  hash(password: string): Promise<string> {
    return this.#gate.run(() => hash(normalPassword(password), COST));
  }

  /** With a null hash (nobody has this name) it takes just as long and says no. */
  async isRight(password: string, phc: string | null): Promise<boolean> {
    const against = phc ?? (await this.#hashOfNobody());
    const isEqual = await this.#gate.run(() => verify(against, normalPassword(password)));
    return isEqual && phc !== null;
  }

  isOutdated(phc: string): boolean {
    const { memoryCost, timeCost } = parseOptions(phc);
    return memoryCost < COST.memoryCost || timeCost < COST.timeCost;
  }

  /** Made before the first stranger comes, so that the first one is not told by the time it takes. */
  onModuleInit(): Promise<unknown> {
    return this.#hashOfNobody();
  }

  #hashOfNobody(): Promise<string> {
    this.#nobodys ??= hash(randomBytes(32).toString('base64'), COST);
    return this.#nobodys;
  }
}
