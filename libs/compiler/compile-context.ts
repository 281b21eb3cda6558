import { isJsonObject, type Json } from '#libs/kernel/index.js';
import { type DeclaredVariable, isReadOnly, type Plan, REDUCERS, wantedBy } from '#libs/workflow/index.js';
import type { Refuse, Workflow } from './workflow.js';

const PATH = 'workflow_definition.config.context';
const MOST_VARIABLES = 100;
const LONGEST_NAME = 200;

/** The variables that the workflow declares; nothing where it declares none. */
export function declaredContext({ config }: Workflow, refuse: Refuse): Pick<Plan, 'context'> {
  const written = config?.context ?? null;
  if (written === null) return {};
  if (!isJsonObject(written) || Object.keys(written).length > MOST_VARIABLES) {
    refuse(PATH, 'context-invalid', `must be an object of at most ${MOST_VARIABLES} variables`);
    return {};
  }
  const context = Object.entries(written).map(([name, said]) => [name, variableOf(name, said, refuse)] as const);
  return { context: Object.fromEntries(context) };
}

function variableOf(name: string, said: Json, refuse: Refuse): DeclaredVariable {
  const path = `${PATH}.${name}`;
  if (name.trim() === '' || name.length > LONGEST_NAME) {
    refuse(path, 'context-invalid', `must have a name of 1 to ${LONGEST_NAME} characters`);
  } else if (isReadOnly(name)) refuse(path, 'context-invalid', 'has a name that the run sets itself');
  if (!isJsonObject(said)) {
    refuse(path, 'context-invalid', 'must be an object with reducer and initial');
    return { reducer: 'replace' };
  }
  const reducer = REDUCERS.find((known) => known === (said.reducer ?? 'replace'));
  if (!reducer) refuse(`${path}.reducer`, 'context-invalid', `must be one of ${REDUCERS.join(', ')}`);
  const { initial } = said;
  if (initial === undefined || initial === null) return { reducer: reducer ?? 'replace' };
  const needs = reducer === 'append' && !Array.isArray(initial) ? 'a list' : wantedBy(reducer ?? 'replace', initial);
  if (needs) refuse(`${path}.initial`, 'context-invalid', `must be ${needs} for the reducer ${reducer}`);
  return { reducer: reducer ?? 'replace', initial };
}
