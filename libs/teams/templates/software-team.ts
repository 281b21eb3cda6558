import type { Template } from './template.js';

const DESIGN = `Design: isLeapYear(year)

- Input: a whole number, the year of the Gregorian calendar. Anything else is refused with a RangeError.
- Rule: divisible by 4, but not by 100 unless by 400.
- No dates, no time zones: the rule needs none.
- Tests: 2024 yes, 2023 no, 1900 no, 2000 yes, 1.5 refused.`;

const CODE = `export function isLeapYear(year: number): boolean {
  if (!Number.isInteger(year)) throw new RangeError('A year is a whole number.');
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}`;

/** Pipeline with feedback: architect → developer → tester, and back while the tests fail. */
export const softwareTeam: Template = {
  id: 'software-team',
  name: 'Software team',
  description: 'An architect designs, a developer writes, a tester judges; what fails goes back to the developer.',
  isFirst: false,
  examplePrompt: 'Write a function that tells whether a year is a leap year.',
  agents: [
    {
      key: 'architect',
      name: 'Architect',
      description: 'Turns a wish into a design.',
      role: 'leader',
      instructions:
        'You design software. Say what goes in and comes out, which rules hold, what is refused, and which tests must pass. As short as it can be.',
      simulation: `[[sleep:900]][[say:${DESIGN}]]`,
    },
    {
      key: 'developer',
      name: 'Developer',
      description: 'Writes the code for a design.',
      role: 'member',
      instructions:
        'You write the code for the design you are given, and nothing else. When a verdict of the tester follows the design, mend what it names.',
      simulation: `[[sleep:1400]][[say:${CODE}]]`,
    },
    {
      key: 'tester',
      name: 'Tester',
      description: 'Judges the code.',
      role: 'coordinator',
      instructions:
        'You test code by reading it. Answer with nothing but one JSON object: {"verdict": "pass" or "fail", "notes": what must be mended}.',
      simulation: '[[sleep:700]][[json:{"verdict": "pass", "notes": "All five cases hold."}]]',
    },
  ],
  workflow: (idOf) => ({
    type: 'pipeline',
    agents: [
      { agent_id: idOf('architect'), role: 'leader', input: { source: 'initial_prompt' } },
      { agent_id: idOf('developer'), role: 'member', input: { source: 'agent_result', agent_id: idOf('architect') } },
      { agent_id: idOf('tester'), role: 'coordinator', input: { source: 'agent_result', agent_id: idOf('developer') } },
    ],
    config: {
      feedback: {
        from: idOf('tester'),
        to: idOf('developer'),
        max_iterations: 3,
        when: [{ field: 'data.verdict', operator: 'equals', value: 'fail' }],
      },
    },
  }),
};
