import { Injectable } from '@nestjs/common';
import { Invalid } from '#libs/kernel/index.js';
import { Outbound } from '#libs/platform/outbound/index.js';
import type { AgentRow } from './agent.entity.js';
import type { RunnerBody } from './agent.views.js';
import { NO_SECRETS, secretsSaid } from './runner-secrets.js';
import { SealedSecrets } from './sealed-secrets.js';

/** The runner of an agent as it is kept: what may be seen of it, and what is sealed. */
export type KeptRunner = Pick<AgentRow, 'runner' | 'runnerSecrets'>;

export const NO_RUNNER: KeptRunner = { runner: null, runnerSecrets: null };

/** Turns what a user says of a runner into what is kept. Throws `Invalid` naming the field. */
@Injectable()
export class RunnerChoices {
  constructor(
    private readonly outbound: Outbound,
    private readonly sealed: SealedSecrets,
  ) {}

  /** Nothing said (`undefined`): as before. `null`: the model decides. */
  chosen(said: RunnerBody | null | undefined, agent: Pick<AgentRow, 'id' | 'userId'>, before: KeptRunner): KeptRunner {
    if (said === undefined) return { runner: before.runner, runnerSecrets: before.runnerSecrets };
    if (said === null) return NO_RUNNER;
    return said.kind === 'http' ? this.#http(said, agent, before) : suna(said);
  }

  #http(said: RunnerBody, agent: Pick<AgentRow, 'id' | 'userId'>, before: KeptRunner): KeptRunner {
    const url = said.url ?? '';
    const refusal = this.outbound.refusalOf(url);
    if (refusal) throw new Invalid({ 'configuration.runner.url': [refusal] }, 'agent.url-refused');
    const kept = before.runnerSecrets === null ? NO_SECRETS : this.sealed.open({ ...agent, ...before });
    const secrets = secretsSaid(said, kept);
    return {
      runner: { kind: 'http', url, headers: [...secrets.headers.keys()], isSigned: secrets.secret !== null },
      runnerSecrets: this.sealed.seal(secrets, agent),
    };
  }
}

function suna({ agent_id, headers, secret }: RunnerBody): KeptRunner {
  const errors = {
    ...(Object.keys(headers ?? {}).length > 0 && { 'configuration.runner.headers': [ONLY_HTTP] }),
    ...(secret && { 'configuration.runner.secret': [ONLY_HTTP] }),
  };
  if (Object.keys(errors).length > 0) throw new Invalid(errors);
  return { runner: { kind: 'suna', agentId: agent_id ?? '' }, runnerSecrets: null };
}

const ONLY_HTTP = 'must be absent: only a runner of the kind "http" has it';
