import { IsObject, IsOptional, IsString } from 'class-validator';
import { isJsonObject, type JsonObject } from '#libs/kernel/index.js';
import { type FieldReader, ReadBy } from '#libs/platform/http/index.js';
import { type KeyChanges, readKeys } from '#libs/providers/index.js';

const LONGEST_MODEL = 200;
const LONGEST_PROMPT = 100_000;
/** An answer must not outgrow its question. */
const MOST_AGENTS = 100;

/** What is to be different of an agent. What is left out stays as the run froze it. */
export class AgentRevisionView {
  /** 1 to 200 characters. */
  model?: string | null;
  /** At most 100,000 characters. */
  system_prompt?: string | null;
}

/** Changes by the id of an agent. */
export class AgentRevisionsView {
  [agent: string]: AgentRevisionView;
}

export type AgentRevisions = Readonly<Record<string, { readonly model?: string; readonly system_prompt?: string }>>;

const readRevisions: FieldReader = (sent, path, refuse) => {
  if (!isJsonObject(sent)) return sent;
  const entries = Object.entries(sent);
  if (entries.length > MOST_AGENTS) return refuse(path, `must not name more than ${MOST_AGENTS} agents`);
  const read = new Map<string, object>();
  for (const [agent, change] of entries) {
    if (isJsonObject(change)) read.set(agent, readRevision(change, `${path}.${agent}`, refuse));
    else refuse(`${path}.${agent}`, 'must be an object with model or system_prompt');
  }
  return Object.fromEntries(read);
};

function readRevision({ model, system_prompt }: JsonObject, path: string, refuse: Parameters<FieldReader>[2]): object {
  if (model != null && !isText(model, 1, LONGEST_MODEL)) {
    refuse(`${path}.model`, `must be a text of 1 to ${LONGEST_MODEL} characters`);
  }
  if (system_prompt != null && !isText(system_prompt, 0, LONGEST_PROMPT)) {
    refuse(`${path}.system_prompt`, `must be a text of at most ${LONGEST_PROMPT} characters`);
  }
  return { ...(model != null && { model }), ...(system_prompt != null && { system_prompt }) };
}

function isText(value: unknown, least: number, most: number): boolean {
  return typeof value === 'string' && value.length >= least && value.length <= most;
}

/** Nothing is necessary: the run goes on with what it was begun with, save the keys that were its own. */
export class RetryBody {
  /**
   * Keys for this run alone, by service, as at its first start: those that the other run was given are gone.
   * @as ServiceKeysView | null
   */
  @IsOptional()
  @ReadBy(readKeys)
  user_api_keys?: KeyChanges | null;
}

export class RerunBody extends RetryBody {
  /** A step of the run (`s2`, or `s2~2` for the second round of a loop): it and all that came of it is run again. */
  @IsString()
  from_step!: string;
}

export class ForkBody extends RetryBody {
  /** Left out: the first steps of the changed agents. */
  @IsOptional()
  @IsString()
  from_step?: string | null;

  /**
   * By the id of an agent, what is to be different.
   * @as AgentRevisionsView
   */
  @ReadBy(readRevisions)
  @IsObject()
  agents!: AgentRevisions;
}
