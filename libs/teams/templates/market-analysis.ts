import type { Template } from './template.js';

const FINDINGS = `Findings on a bread subscription for a regional bakery chain

1. Demand. About one household in five buys bread at least three times a week; convenience and freshness decide, price comes third.
2. Competition. Supermarkets bake until late and win on price. Two delivery start-ups offer boxes at 24 to 32 EUR a month, but deliver frozen dough.
3. Costs. One more stop on an existing morning round costs 0.90 to 1.40 EUR. Pick-up shelves in the shops cost almost nothing.
4. Risks. Holidays cause most cancellations; waste falls by a third when orders are known the evening before.`;

const ANALYSIS = `Assessment

Strengths: fresh goods, shops within walking distance, rounds that are driven anyway.
Weaknesses: no customer accounts yet, delivery only in the morning.
Opportunity: known orders cut waste by about a third; that alone pays for half of the discount.
Threat: a price war with supermarkets, which a subscription avoids rather than invites.

At 19 EUR a month with pick-up and 29 EUR with delivery the plan carries itself from about 400 subscribers for each production site. A holiday pause costs 3 % of revenue and halves cancellations.`;

const REPORT = `Recommendation: yes, begin small

Start with pick-up in six shops for three months at 19 EUR, add delivery on two existing rounds in the second month, and let every subscriber pause.

Go on when three things hold after 90 days: 400 subscribers per site, fewer than 6 % cancellations a month, and a third less waste. Stop if delivery costs more than 1.40 EUR a stop.

First steps: accounts and a pause button (4 weeks), shelves in six shops (2 weeks), one page that explains the offer (1 week).`;

/** Sequential: researcher → analyst → reporter. */
export const marketAnalysis: Template = {
  id: 'market-analysis',
  name: 'Market analysis',
  description: 'A researcher gathers facts, an analyst weighs them, a reporter writes the recommendation.',
  isFirst: true,
  examplePrompt: 'Should a regional bakery chain offer a subscription for fresh bread?',
  agents: [
    {
      key: 'researcher',
      name: 'Market researcher',
      description: 'Gathers facts about demand, competition, costs and risks.',
      role: 'leader',
      instructions:
        'You research markets. Gather the facts that decide the question: demand, competition, costs, risks. Number them, give figures with their basis, and say what you could not find out.',
      simulation: `[[sleep:1200]][[say:${FINDINGS}]]`,
    },
    {
      key: 'analyst',
      name: 'Market analyst',
      description: 'Weighs the findings and does the sums.',
      role: 'member',
      instructions:
        'You analyse markets. From the findings you are given, weigh strengths, weaknesses, opportunities and threats, and work out under which numbers the plan carries itself. Use nothing that the findings do not hold.',
      simulation: `[[sleep:1500]][[say:${ANALYSIS}]]`,
    },
    {
      key: 'reporter',
      name: 'Report writer',
      description: 'Writes the recommendation for those who decide.',
      role: 'member',
      instructions:
        'You write for people who decide. From findings and analysis, write one page: the recommendation first, then conditions, then the first steps with their time.',
      simulation: `[[sleep:1000]][[say:${REPORT}]]`,
    },
  ],
  workflow: (idOf) => ({
    type: 'sequential',
    agents: [
      {
        agent_id: idOf('researcher'),
        role: 'leader',
        execution_order: 1,
        input: { source: 'initial_prompt' },
        timeout: 600,
        retry_config: { max_attempts: 3 },
      },
      {
        agent_id: idOf('analyst'),
        role: 'member',
        execution_order: 2,
        input: { source: 'agent_result', agent_id: idOf('researcher') },
      },
      {
        agent_id: idOf('reporter'),
        role: 'member',
        execution_order: 3,
        input: {
          source: 'combined',
          sources: [
            { type: 'agent_result', agent_id: idOf('researcher') },
            { type: 'agent_result', agent_id: idOf('analyst') },
          ],
        },
      },
    ],
  }),
};
