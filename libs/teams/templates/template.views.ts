import { IsOptional, IsString, Length, Matches } from 'class-validator';
import { isJsonObject, type Page } from '#libs/kernel/index.js';
import { type FieldReader, ReadBy } from '#libs/platform/http/index.js';
import type { AgentRole, Strategy } from '#libs/workflow/index.js';
import { simulatedModel, type Template, type TemplateAgent } from './template.js';
import type { ModelChoice, Wish } from './template-teams.js';

const MOST_MODELS = 100;
const LONGEST_MODEL = 200;

const readModels: FieldReader = (sent, path, refuse) => {
  if (sent === null || sent === undefined) return sent;
  if (!isJsonObject(sent)) return refuse(path, 'must be an object of models by the key of an agent');
  const entries = Object.entries(sent);
  if (entries.length > MOST_MODELS) return refuse(path, `must not name more than ${MOST_MODELS} agents`);
  const models = new Map<string, string>();
  for (const [key, model] of entries) {
    if (typeof model === 'string' && model !== '' && model.length <= LONGEST_MODEL) models.set(key, model);
    else refuse(`${path}.${key}`, `must be the name of a model, of 1 to ${LONGEST_MODEL} characters`);
  }
  return models;
};

/** Models by the key of a template's agent; `*` is for all that are not named. */
export class ModelsView {
  [agent: string]: string;
}

export class InstantiateBody {
  /** Of the team; left out, the template's. */
  @IsOptional()
  @IsString()
  @Length(1, 100)
  @Matches(/\S/, { message: 'name must not be blank' })
  name?: string | null;

  /**
   * By the key of an agent of the template (`researcher`), or `*` for all that are not named: a model as agents have it,
   * such as `openai/gpt-4o`. An agent without one runs on the simulated model and needs no key.
   * @as ModelsView | null
   */
  @ReadBy(readModels)
  models?: ModelChoice | null;

  static wish({ name, models }: InstantiateBody): Wish {
    return { ...(name != null && { name }), models: models ?? new Map() };
  }
}

export class TemplateAgentView {
  /** What `models` calls it. */
  key!: string;
  name!: string;
  description!: string;
  role!: AgentRole;
  /** The one it runs on unless another is chosen. */
  model!: string;

  static of(agent: TemplateAgent): TemplateAgentView {
    const { key, name, description, role } = agent;
    return { key, name, description, role, model: simulatedModel(agent) };
  }
}

export class TemplateView {
  id!: string;
  name!: string;
  description!: string;
  workflow_type!: Strategy;
  agents!: readonly TemplateAgentView[];
  /** Something to try the team with. */
  example_prompt!: string;

  static of({ id, name, description, agents, workflow, examplePrompt }: Template): TemplateView {
    return {
      id,
      name,
      description,
      workflow_type: workflow((key) => key).type,
      agents: agents.map((agent) => TemplateAgentView.of(agent)),
      example_prompt: examplePrompt,
    };
  }
}

export class TemplatePageView {
  items!: readonly TemplateView[];
  total!: number;
  page!: number;
  limit!: number;
  pages!: number;

  static of({ items, ...rest }: Page<Template>): TemplatePageView {
    return { items: items.map((template) => TemplateView.of(template)), ...rest };
  }
}
