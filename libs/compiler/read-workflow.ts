import { isJsonObject } from '#libs/kernel/index.js';
import { AGENT_ROLES, STRATEGIES } from '#libs/workflow/index.js';
import { COMBINED_SOURCES, INPUT_SOURCES, type Workflow, type WorkflowInput } from './workflow.js';

/** Says of the value at `path` what is wrong with it, in words that go on where the path ends. */
export type Complain = (path: string, message: string) => void;

type Reader = (sent: unknown, path: string, complain: Complain) => unknown;

/**
 * Unknown JSON as a workflow: known fields exactly as they were sent, unknown ones dropped, everything of a wrong type
 * named. The result counts only if nothing was complained of; whether it keeps the rules is for `compile` to say.
 */
export function readWorkflow(sent: unknown, path: string, complain: Complain): Workflow {
  return WORKFLOW(sent, path, complain) as Workflow;
}

/** The same for the input of one agent. */
export function readInput(sent: unknown, path: string, complain: Complain): WorkflowInput {
  return INPUT(sent, path, complain) as WorkflowInput;
}

const LONGEST_ID = 200;

const free: Reader = (sent) => sent;

const number: Reader = (sent, path, complain) => (typeof sent === 'number' ? sent : complain(path, 'must be a number'));

const whole: Reader = (sent, path, complain) =>
  Number.isSafeInteger(sent) ? sent : complain(path, 'must be a whole number');

const text: Reader = (sent, path, complain) => {
  if (typeof sent !== 'string') return complain(path, 'must be a text');
  return sent.length <= LONGEST_ID ? sent : complain(path, `must not be longer than ${LONGEST_ID} characters`);
};

const name: Reader = (sent, path, complain) =>
  sent === '' ? complain(path, 'must not be empty') : text(sent, path, complain);

const openObject: Reader = (sent, path, complain) => (isJsonObject(sent) ? sent : complain(path, 'must be an object'));

function oneOf(choices: readonly unknown[]): Reader {
  return (sent, path, complain) =>
    choices.includes(sent) ? sent : complain(path, `must be one of ${choices.join(', ')}`);
}

function optional(reader: Reader): Reader {
  return (sent, path, complain) => (sent === undefined || sent === null ? sent : reader(sent, path, complain));
}

function listOf(reader: Reader): Reader {
  return (sent, path, complain) => {
    if (!Array.isArray(sent)) return complain(path, 'must be a list');
    return sent.map((one, index) => reader(one, `${path}[${index}]`, complain));
  };
}

function object(fields: Readonly<Record<string, Reader>>): Reader {
  return (sent, path, complain) => {
    if (!isJsonObject(sent)) return complain(path, 'must be an object');
    const read: Record<string, unknown> = {};
    for (const [field, reader] of Object.entries(fields)) {
      const value = reader(Object.hasOwn(sent, field) ? sent[field] : undefined, `${path}.${field}`, complain);
      if (value !== undefined) read[field] = value;
    }
    return read;
  };
}

const INPUT = object({
  source: oneOf(INPUT_SOURCES),
  agent_id: optional(text),
  sources: optional(listOf(object({ type: oneOf(COMBINED_SOURCES), agent_id: optional(text) }))),
  variable_name: optional(text),
});

const AGENT = object({
  agent_id: name,
  role: optional(oneOf(AGENT_ROLES)),
  execution_order: optional(whole),
  input: INPUT,
  conditions: free,
  timeout: optional(number),
  retry_config: free,
  approval: optional(openObject),
});

const WORKFLOW = object({ type: oneOf(STRATEGIES), agents: listOf(AGENT), config: optional(openObject) });
