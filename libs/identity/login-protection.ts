import { Injectable } from '@nestjs/common';
import { Clock } from '#libs/kernel/index.js';
import { placeOf } from '#libs/platform/http/index.js';
import { LoginThrottled, RegistrationThrottled } from './identity.errors.js';
import { LeakyBuckets } from './leaky-buckets.js';

const MOST_KNOWN = 10_000;

/**
 * Slows guessing down, and never shuts an account: wrong passwords of one address on one account, of one address on
 * any account, and of all addresses on one account are counted apart. An address from which the owner has signed in
 * before is not held up by what strangers do to the account.
 */
@Injectable()
export class LoginProtection {
  readonly #pairs = new LeakyBuckets({ capacity: 5, leakMs: 30_000 });
  readonly #addresses = new LeakyBuckets({ capacity: 20, leakMs: 10_000 });
  readonly #accounts = new LeakyBuckets({ capacity: 20, leakMs: 30_000 });
  readonly #registrations = new LeakyBuckets({ capacity: 60, leakMs: 1_000 });
  readonly #told = new LeakyBuckets({ capacity: 1, leakMs: 60_000 });
  readonly #known = new Set<string>();

  constructor(private readonly clock: Clock) {}

  /** Before the password is looked at. Counts the attempt at once, so that many at the same moment count as many. */
  attempt(account: string, address: string): void {
    const now = this.clock.now();
    const place = placeOf(address);
    const pair = `${place} ${account}`;
    const waits = [
      this.#pairs.waitMs(pair, now),
      this.#addresses.waitMs(place, now),
      this.#known.has(pair) ? 0 : this.#accounts.waitMs(account, now),
    ];
    const waitMs = Math.max(...waits);
    if (waitMs > 0) throw new LoginThrottled(waitMs / 1000);
    this.#pairs.add(pair, now);
    this.#addresses.add(place, now);
    this.#accounts.add(account, now);
  }

  /** The password was right, so the owner may have mistyped before. Others from this address keep their count. */
  succeeded(account: string, address: string): void {
    const now = this.clock.now();
    const place = placeOf(address);
    const pair = `${place} ${account}`;
    this.#pairs.empty(pair);
    this.#addresses.takeBack(place, now);
    this.#accounts.takeBack(account, now);
    this.#known.delete(pair);
    this.#known.add(pair);
    if (this.#known.size > MOST_KNOWN) for (const oldest of this.#known) return void this.#known.delete(oldest);
  }

  /** Whether nobody was told of this address within the last minute. */
  isNews(address: string): boolean {
    const now = this.clock.now();
    const place = placeOf(address);
    if (this.#told.waitMs(place, now) > 0) return false;
    this.#told.add(place, now);
    return true;
  }

  register(address: string): void {
    const now = this.clock.now();
    const place = placeOf(address);
    const waitMs = this.#registrations.waitMs(place, now);
    if (waitMs > 0) throw new RegistrationThrottled(waitMs / 1000);
    this.#registrations.add(place, now);
  }
}
