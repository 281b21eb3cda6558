import type { About } from './document.js';

/** What the document says of the whole. A controller's tag is its name; one that is not here is refused. */
export const ABOUT: Omit<About, 'version'> = {
  title: 'Renum',
  description:
    'A backend for teams of AI agents: define agents, join them into teams, run them durably, watch them live, control their cost. ' +
    'Every refusal is a `Problem` (RFC 9457); its `code` is stable. Fields and query parameters that are not described are ignored.',
  tags: {
    Auth: 'Accounts, sessions and who is calling.',
    Agents: 'What an agent is: its model, its prompt, its tools.',
    'Api Keys': 'Keys of model providers, one for each service.',
    Teams: 'Agents joined by a workflow.',
    Plans: 'What a run would do, before it is begun.',
    Templates: 'Teams to begin with.',
    Members: 'The agents of one team, one by one.',
    Executions: 'Runs of teams: begin, follow, stop.',
    Context: 'The variables that the agents of a run share.',
    Messages: 'What the agents of a run write to one another.',
    Repairs: 'Runs that are made from others: what is recorded there is not run again.',
    Events: 'What happens in a run, while it happens.',
    Approvals: 'Steps of teams that wait for people.',
    Probes: 'For orchestrators and balancers.',
    Health: 'What the server depends on, and how it is.',
    Audit: 'Who did what.',
    Prometheus: 'For scrapers.',
    Metrics: 'For scrapers.',
    'Front Door': 'Where a stranger arrives.',
    Docs: 'This document.',
  },
};
