import { randomUUID } from 'node:crypto';
import type { HttpClient } from './http-client.js';

export const PASSWORD = 'correct horse battery staple';

/** Somebody new, signed in. */
export async function signUp(http: HttpClient): Promise<HttpClient> {
  const email = `${randomUUID()}@example.com`;
  await http.post('/api/v1/auth/register', { name: 'Ada', email, password: PASSWORD });
  const { body } = await http.post('/api/v1/auth/login', { email, password: PASSWORD });
  return http.as(body.token);
}

/** An agent on the simulated model; resolves with its id. */
export async function simAgent(http: HttpClient, systemPrompt = '', name = 'Agent'): Promise<string> {
  const configuration = { model: 'sim/test', system_prompt: systemPrompt, tools: [] };
  const { status, body } = await http.post('/api/v1/agents', { name, configuration });
  if (status !== 201) throw new Error(`The agent was refused: ${JSON.stringify(body)}`);
  return body.agent_id;
}

/** A team over these agents, in this order; resolves with its id. */
export async function teamOf(
  http: HttpClient,
  type: 'sequential' | 'parallel' | 'pipeline',
  agentIds: readonly string[],
  extra: object = {},
): Promise<string> {
  const agents = agentIds.map((agent_id, index) => ({
    agent_id,
    role: 'member',
    ...(type === 'sequential' && { execution_order: index + 1 }),
    input: { source: 'initial_prompt' },
    ...extra,
  }));
  const { status, body } = await http.post('/api/v1/teams', {
    name: 'Team',
    agent_ids: agentIds,
    workflow_definition: { type, agents },
  });
  if (status !== 201) throw new Error(`The team was refused: ${JSON.stringify(body)}`);
  return body.team_id;
}
