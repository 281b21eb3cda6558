import type { Dice } from './dice.js';
import type { Behaviour } from './model-provider.js';

/** Who is asked by the teams that ask people. */
export interface Asked {
  /** The owner of the runs and a second person, who decide; a third one does not, before everything else is over. */
  readonly owner: string;
  readonly second: string;
  readonly third: string;
}

/** What a team of the load is made from. */
export interface Design {
  readonly name: string;
  /** Of a hundred runs. */
  readonly share: number;
  readonly prompt?: string;
  /** How its runs end when nobody interferes: `completed`, unless said. */
  readonly ends?: 'failed';
  readonly agents: (dice: Dice) => readonly Behaviour[];
  readonly workflow: (ids: readonly string[], asked: Asked) => object;
}

export const INITIAL = { source: 'initial_prompt' };

export const inOrder =
  (extra: object = {}, config: object = {}) =>
  (ids: readonly string[]): object => ({
    type: 'sequential',
    agents: ids.map((agent_id, index) => ({ agent_id, execution_order: index + 1, input: INITIAL, ...extra })),
    config,
  });

export const sideBySide =
  (config: object) =>
  (ids: readonly string[]): object => ({
    type: 'parallel',
    agents: ids.map((agent_id) => ({ agent_id, input: INITIAL })),
    config,
  });

export const when = (field: string, value: string): readonly object[] => [{ field, operator: 'equals', value }];
