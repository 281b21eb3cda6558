import type { Template } from './template.js';

const BILLING = `I am sorry about the double charge. Both payments of 48.90 EUR from last Tuesday are in our books and one of them is a mistake of ours. I have released the second one; your bank shows it within three working days. Your order is not affected.`;

const TECHNICAL = `Please sign out everywhere, clear the data of the app and sign in again. If it still fails, send us the time of your last attempt; we then find it in our logs.`;

const FOLLOW_UP = `Follow-up for this customer

- In three working days: check that the refund has arrived, and write to the customer either way.
- Credit of 5 EUR for the trouble, valid for the next order.
- To the payments team: the same card was charged twice within four seconds; look for others.`;

/** Conditional: triage → specialist by category → follow-up for what matters. */
export const customerService: Template = {
  id: 'customer-service',
  name: 'Customer service',
  description:
    'Triage reads the request, a specialist for billing or technology answers, urgent cases get a follow-up.',
  isFirst: true,
  examplePrompt: 'I was charged twice for the same order last Tuesday. Please send one payment back.',
  agents: [
    {
      key: 'triage',
      name: 'Triage',
      description: 'Sorts requests by category and priority.',
      role: 'coordinator',
      instructions:
        'You sort requests of customers. Answer with nothing but one JSON object: {"category": "billing" or "technical", "priority": 1 to 5, 5 being the most urgent}.',
      simulation: '[[sleep:600]][[json:{"category": "billing", "priority": 4}]]',
    },
    {
      key: 'billing',
      name: 'Billing specialist',
      description: 'Answers questions about payments and invoices.',
      role: 'member',
      instructions:
        'You answer customers about payments and invoices: kindly, in a few sentences, with what was done and what happens when. Promise nothing that you cannot know.',
      simulation: `[[sleep:1200]][[say:${BILLING}]]`,
    },
    {
      key: 'technical',
      name: 'Technical specialist',
      description: 'Answers questions about the app and the shop.',
      role: 'member',
      instructions:
        'You help customers with the app and the shop: one step after the other, the likeliest cause first, and what to send us if nothing helps.',
      simulation: `[[sleep:1200]][[say:${TECHNICAL}]]`,
    },
    {
      key: 'followup',
      name: 'Follow-up',
      description: 'Plans what must still happen after the answer.',
      role: 'member',
      instructions:
        'You read the answer that a customer got and plan what must still happen: for the customer, for us, with dates. At most five points.',
      simulation: `[[sleep:800]][[say:${FOLLOW_UP}]]`,
    },
  ],
  workflow: (idOf) => ({
    type: 'conditional',
    agents: [
      { agent_id: idOf('triage'), role: 'coordinator', input: { source: 'initial_prompt' } },
      {
        agent_id: idOf('billing'),
        role: 'member',
        input: { source: 'initial_prompt' },
        conditions: [{ field: `agent_${idOf('triage')}_result.data.category`, operator: 'equals', value: 'billing' }],
      },
      {
        agent_id: idOf('technical'),
        role: 'member',
        input: { source: 'initial_prompt' },
        conditions: [{ field: `agent_${idOf('triage')}_result.data.category`, operator: 'equals', value: 'technical' }],
      },
      {
        agent_id: idOf('followup'),
        role: 'member',
        input: {
          source: 'combined',
          sources: [
            { type: 'agent_result', agent_id: idOf('billing') },
            { type: 'agent_result', agent_id: idOf('technical') },
          ],
        },
        conditions: [{ field: `agent_${idOf('triage')}_result.data.priority`, operator: 'greater_than', value: 2 }],
      },
    ],
  }),
};
