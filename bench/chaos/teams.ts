import type { Client } from './client.js';
import type { Asked, Design } from './design.js';
import { DESIGNS, PATIENT } from './designs.js';
import type { Dice } from './dice.js';

const PROMPT = 'Compare the makers of heat pumps.';

/** A team of the load, and how many of a hundred runs are its. */
export interface Team {
  readonly name: string;
  readonly id: string;
  readonly agentIds: readonly string[];
  readonly share: number;
  readonly prompt: string;
  /** How its runs end when nobody interferes. */
  readonly ends: 'completed' | 'failed';
}

export interface Teams {
  readonly ofLoad: readonly Team[];
  /** Waits for the third person. */
  readonly patient: Team;
}

export async function makeTeams(user: Client, asked: Asked, dice: Dice): Promise<Teams> {
  const ofLoad: Team[] = [];
  for (const design of DESIGNS) ofLoad.push(await makeTeam(user, design, asked, dice));
  return { ofLoad, patient: await makeTeam(user, PATIENT, asked, dice) };
}

async function makeTeam(user: Client, design: Design, asked: Asked, dice: Dice): Promise<Team> {
  const { name, share, prompt = PROMPT, ends = 'completed', agents, workflow } = design;
  const ids: string[] = [];
  for (const [index, behaviour] of agents(dice).entries()) {
    const configuration = { model: 'openai/chaos', system_prompt: JSON.stringify(behaviour) };
    ids.push(await made(user, '/api/v1/agents', { name: `${name} ${index + 1}`, configuration }, 'agent_id'));
  }
  const team = { name, agent_ids: ids, workflow_definition: workflow(ids, asked) };
  return { name, share, prompt, ends, agentIds: ids, id: await made(user, '/api/v1/teams', team, 'team_id') };
}

async function made(user: Client, path: string, what: object, id: string): Promise<string> {
  const { status, body } = await user.post(path, what);
  if (status !== 201) throw new Error(`POST ${path} was answered ${status}: ${JSON.stringify(body)}`);
  return body[id];
}
