import { isDeepStrictEqual } from 'node:util';
import type { AcceptedRun } from '../accepted-run.js';
import type { PublicEvent } from '../client.js';
import { SHARED } from '../collaborations.js';

/** What is wrong with a run that is over, as its watcher saw it. */
export function flawsOf(run: AcceptedRun, events: readonly PublicEvent[]): readonly string[] {
  const isGapFree = events.every(({ seq }, index) => seq === index + 1);
  const ends = events.filter(({ type }) => type === 'execution.finished').length;
  const wasInterrupted = events.some(({ error }) => error?.code === 'step.interrupted');
  const wasRefused = events.some(({ approval }) => approval?.decision === 'reject');
  const wasStopped = events.some(({ type }) => type === 'execution.cancelling');
  const expected = wasStopped ? ['cancelled'] : wasRefused ? ['failed', run.ends] : [run.ends];
  return [
    ...(isGapFree ? [] : ['has a gap in its public numbers']),
    ...(ends === 1 ? [] : [`ended ${ends} times`]),
    ...(run.stopped && !wasStopped ? ['was not stopped'] : []),
    ...(expected.includes(run.status ?? '') || wasInterrupted ? [] : [`ended as ${run.status}`]),
  ];
}

interface ShownContext {
  readonly version: number;
  readonly variables: { readonly log?: readonly unknown[]; readonly total?: number };
  readonly history: readonly { readonly version: number; readonly key: string }[];
}

/** Whether the shared variables hold what was written to them, each change once. */
export function contextFlaws(events: readonly PublicEvent[], context: ShownContext): readonly string[] {
  const changes = events.flatMap((event) => event.context ?? []);
  const written = (key: string) => changes.filter((change) => change.key === key).map(({ value }) => value);
  const log = written('log');
  const total = written('total').reduce((sum: number, value) => sum + Number(value), SHARED.total.initial);
  const told = events.flatMap(({ type, tool }) =>
    type === 'tool.completed' && tool?.name === 'context_set' ? [tool.output?.version] : [],
  );
  const { variables, history } = context;
  const timesOf = (version: unknown) => history.filter((one) => one.version === version).length;
  return [
    ...(isDeepStrictEqual(variables.log ?? [], log) ? [] : [`holds ${JSON.stringify(variables.log)} in its log`]),
    ...(variables.total === undefined || variables.total === total ? [] : [`holds ${variables.total}, not ${total}`]),
    ...told
      .filter((version) => timesOf(version) !== 1)
      .map((version) => `tells ${timesOf(version)} times of change ${version}`),
  ];
}

interface ShownMessage {
  readonly message_id: string;
  readonly requires_response: boolean;
  readonly response_message_id: string | null;
}

/** Whether the log holds what was sent, each once and in its order, and an answer to each question of a run that ended by itself. */
export function messageFlaws(events: readonly PublicEvent[], log: readonly ShownMessage[]): readonly string[] {
  const sent = events.flatMap(({ message }) => message?.message_id ?? []);
  const kept = log.map(({ message_id }) => message_id);
  const wasCut = events.some(({ type }) => type === 'execution.cancelling' || type === 'step.cancelled');
  const silent = log.filter((one) => one.requires_response && one.response_message_id === null);
  return [
    ...(isDeepStrictEqual(kept, sent)
      ? []
      : [`shows the messages ${kept.join(' ')}, where ${sent.join(' ')} were sent`]),
    ...(wasCut ? [] : silent.map(({ message_id }) => `has not answered ${message_id}`)),
  ];
}

export function storyOf(events: readonly PublicEvent[]): string {
  return events
    .map(({ seq, type, step_id = '', error }) => `${seq} ${type} ${step_id} ${error?.code ?? ''}`.trim())
    .join(', ');
}
