import { Injectable } from '@nestjs/common';
import { RenumConfig } from '#libs/platform/config/index.js';
import { type Admission, type Caller, Gate, placeOf } from '#libs/platform/http/index.js';
import { Counters, type Hit, type NamedQuota } from '#libs/platform/shared-store/index.js';
import { RateLimited } from './security.errors.js';

const MINUTE_MS = 60_000;

/** So many calls a minute of one user or, where nobody showed who it is, of one address. */
@Injectable()
export class RateGate extends Gate {
  readonly #ofUser: NamedQuota;
  readonly #ofAddress: NamedQuota;
  readonly #policy: string;

  constructor(
    config: RenumConfig,
    private readonly counters: Counters,
  ) {
    super();
    const hits = config.limits.rateLimitPerMinute;
    this.#ofUser = { name: 'user', hits, windowMs: MINUTE_MS };
    this.#ofAddress = { name: 'address', hits, windowMs: MINUTE_MS };
    this.#policy = `"default";q=${hits};w=${MINUTE_MS / 1000}`;
  }

  admit({ actor, address }: Caller): Admission | null | Promise<Admission | null> {
    if (this.#ofUser.hits === 0) return null;
    const hit = actor
      ? this.counters.hit(this.#ofUser, actor.id)
      : this.counters.hit(this.#ofAddress, placeOf(address));
    return hit instanceof Promise ? hit.then((counted) => this.#told(counted)) : this.#told(hit);
  }

  #told({ waitMs, remaining, resetMs }: Hit): Admission {
    return {
      policy: this.#policy,
      standing: `"default";r=${remaining};t=${Math.ceil(resetMs / 1000)}`,
      refusal: waitMs > 0 ? new RateLimited(Math.ceil(waitMs / 1000)) : null,
    };
  }
}
