import { Injectable } from '@nestjs/common';
import { Secret } from '#libs/kernel/index.js';
import { Sealer, type SealPlace } from '#libs/platform/secrets/index.js';
import type { AgentRow } from './agent.entity.js';
import { NO_SECRETS, type RunnerSecrets } from './runner-secrets.js';

type Place = Pick<AgentRow, 'id' | 'userId'>;

/** The secrets of an agent's runner as one sealed text, which opens in the row of that agent alone. */
@Injectable()
export class SealedSecrets {
  constructor(private readonly sealer: Sealer) {}

  /** Null where there is nothing to seal. */
  seal({ headers, secret }: RunnerSecrets, agent: Place): string | null {
    if (headers.size === 0 && !secret) return null;
    const plain: Written = {
      headers: [...headers].map(([name, value]) => [name, value.reveal()]),
      secret: secret?.reveal() ?? null,
    };
    return this.sealer.seal(new Secret(JSON.stringify(plain)), placeOf(agent));
  }

  /** Throws `SealBroken` or `SealKeyMissing`. */
  open({ runnerSecrets, ...agent }: Place & Pick<AgentRow, 'runnerSecrets'>): RunnerSecrets {
    if (runnerSecrets === null) return NO_SECRETS;
    const { headers, secret }: Written = JSON.parse(this.sealer.open(runnerSecrets, placeOf(agent)).reveal());
    return {
      headers: new Map(headers.map(([name, value]) => [name, new Secret(value)])),
      secret: secret === null ? null : new Secret(secret),
    };
  }
}

interface Written {
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly secret: string | null;
}

function placeOf({ id, userId }: Place): SealPlace {
  return { owner: userId, table: 'agent', column: 'runner_secrets', record: id };
}
