export type TestedOn = 'memory' | 'embedded' | 'postgres';

/** What `RENUM_TEST_DATABASE` asks for; unset: what each way to a database takes by itself. */
export const testedOn = chosen(process.env.RENUM_TEST_DATABASE);

function chosen(name: string | undefined): TestedOn | undefined {
  if (name === undefined || name === '') return undefined;
  if (name === 'memory' || name === 'embedded' || name === 'postgres') return name;
  throw new Error(`RENUM_TEST_DATABASE must be memory, embedded or postgres, not ${name}.`);
}
