import { ANALYST, RESEARCHER, WRITER } from './cast.js';
import type { Examples } from './illustrate.js';

const analyst = {
  agent_id: ANALYST,
  id: ANALYST,
  name: 'Market analyst',
  description: 'Puts a number on a market.',
  status: 'active',
  model: 'sim/analyst',
  capabilities: ['market-sizing'],
  role: 'analyst',
  configuration: {
    model: 'sim/analyst',
    system_prompt: 'Estimate the size of the market. [[say:About 4,000 clinics would pay 200 dollars a month.]]',
    tools: [{ name: 'calculator', description: 'Adds, multiplies, compares.' }],
  },
  knowledge_base_ids: [],
  knowledge_bases: [],
  created_at: '2026-11-22T09:30:00.000Z',
  updated_at: '2026-11-22T09:30:00.000Z',
};

const researcher = {
  ...analyst,
  agent_id: RESEARCHER,
  id: RESEARCHER,
  name: 'Researcher',
  description: 'Finds out what clinics say about their bills.',
  model: 'sim/researcher',
  capabilities: ['interviews'],
  role: 'researcher',
  configuration: {
    model: 'sim/researcher',
    system_prompt: 'Find out what customers want. [[say:Small clinics cannot plan with one yearly bill.]]',
    tools: [],
  },
  created_at: '2026-11-22T09:29:00.000Z',
  updated_at: '2026-11-22T09:29:00.000Z',
};

const writer = {
  ...analyst,
  agent_id: WRITER,
  id: WRITER,
  name: 'Writer',
  description: 'Turns findings into one page.',
  model: 'sim/writer',
  capabilities: [],
  role: 'writer',
  configuration: { model: 'sim/writer', system_prompt: 'Write one page for the board.', tools: [] },
  created_at: '2026-11-22T09:31:00.000Z',
  updated_at: '2026-11-22T09:31:00.000Z',
};

export const AGENT_EXAMPLES: Examples = {
  agentsCreate: {
    body: {
      name: analyst.name,
      description: analyst.description,
      role: analyst.role,
      capabilities: analyst.capabilities,
      configuration: analyst.configuration,
    },
    answer: analyst,
  },
  agentsList: { answer: [writer, analyst, researcher] },
  agentsGet: { path: { id: ANALYST }, answer: analyst },
  agentsChange: {
    path: { id: ANALYST },
    body: { description: 'Puts a number on a market, and says how sure it is.' },
    answer: {
      ...analyst,
      description: 'Puts a number on a market, and says how sure it is.',
      updated_at: '2026-11-22T10:05:00.000Z',
    },
  },
  agentsRemove: {
    path: { id: WRITER },
    answer: { success: true, status: 'success', message: 'Agent "Writer" deleted' },
  },
};
