import type { Json } from '#libs/kernel/index.js';
import type { ToolCall, Turn } from '../events.js';

const QUESTIONS = ['Why?', 'How?', '  why? '] as const;

/** What a model may want next: one to three calls, of which some are wrong. Updates are such that a lost one shows. */
export function anyTurn(which: number, agents: readonly string[]): Turn {
  const calls = Array.from({ length: 1 + (which % 3) }, (_, index) => callOf(which * 3 + index, index, agents));
  return { text: '', calls };
}

function callOf(which: number, index: number, agents: readonly string[]): ToolCall {
  const agent = agents[which % agents.length] ?? '';
  const id = `call_${index}`;
  const call = (name: string, input: Json): ToolCall => ({ id, name, input });
  switch (which % 12) {
    case 0:
      return call('context_set', { name: 'total', value: 1 + (which % 5) });
    case 1:
      return call('context_set', { name: 'list', value: which });
    case 2:
      return call('context_set', { name: 'top', value: which % 50 });
    case 3:
      return call('context_set', { name: 'box', value: { [`k${which % 7}`]: which } });
    case 4:
      return call('context_set', { name: 'free', value: which, if_version: which % 2 });
    case 5:
      return call('message_send', { to: agent, content: `n${which % 4}` });
    case 6:
      return call('context_get', which % 2 === 0 ? {} : { name: 'total' });
    default:
      return call('agent_ask', {
        agent,
        question: QUESTIONS[which % QUESTIONS.length] ?? '',
        timeout_seconds: [0.4, 2, 60, 600][which % 4] ?? 2,
      });
  }
}
