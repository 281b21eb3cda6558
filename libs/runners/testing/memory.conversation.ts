import type { JsonObject } from '#libs/kernel/index.js';
import type { RecordedTurn, ToolCall, ToolResult, Turn, Usage } from '#libs/workflow/index.js';
import type { Conversation, ToolDefinition } from '../agent-runner.js';

/** What a tool does with its input; a promise that never settles parks the step. */
export type FakeTool = (input: JsonObject, call: ToolCall) => ToolResult | Promise<ToolResult>;

/** A conversation whose record is a list in memory: what an attempt can do without an engine. */
export class MemoryConversation implements Conversation {
  /** What each turn of this performance cost, in order. */
  readonly usages: (Usage | null)[] = [];
  /** Everything on record, that of earlier performances first. */
  readonly turns: RecordedTurn[];
  readonly recorded: readonly RecordedTurn[];
  readonly tools: readonly ToolDefinition[];

  constructor(
    private readonly uses: Readonly<Record<string, FakeTool>> = {},
    recorded: readonly RecordedTurn[] = [],
  ) {
    this.recorded = [...recorded];
    this.turns = [...recorded];
    this.tools = Object.keys(uses).map((name) => ({
      name,
      description: `Does ${name}.`,
      inputSchema: { type: 'object', properties: { key: { type: 'string' } } },
    }));
  }

  async record(turn: Turn, usage: Usage | null): Promise<readonly ToolResult[]> {
    const results: ToolResult[] = [];
    for (const call of turn.calls) results.push(await this.#used(call));
    this.turns.push({ turn, results });
    this.usages.push(usage);
    return results;
  }

  /** The same attempt after a crash. */
  again(): MemoryConversation {
    return new MemoryConversation(this.uses, this.turns);
  }

  #used(call: ToolCall): ToolResult | Promise<ToolResult> {
    const use = this.uses[call.name];
    if (!use) return { ok: false, error: { code: 'tool.unknown', message: `There is no tool "${call.name}".` } };
    if (typeof call.input !== 'object' || call.input === null || Array.isArray(call.input))
      return { ok: false, error: { code: 'tool.input-invalid', message: 'No object.' } };
    return use(call.input as JsonObject, call);
  }
}
