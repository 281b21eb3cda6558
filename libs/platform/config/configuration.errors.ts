/** One thing that is wrong. Secrets in `value` are masked already. */
export interface ConfigurationProblem {
  readonly key: string;
  /** As written, secrets masked; absent where there is no value to show. */
  readonly value?: string;
  /** A whole clause: what is wrong and what is allowed. */
  readonly problem: string;
  /** `config/production.yaml:12` or `variable PORT`. */
  readonly where: string;
}

/** The configuration cannot be used. Holds every problem at once; the process that asked for it ends with code 78. */
export class ConfigurationProblems extends Error {
  constructor(readonly problems: readonly ConfigurationProblem[]) {
    super(ConfigurationProblems.text(problems));
    this.name = 'ConfigurationProblems';
  }

  private static text(problems: readonly ConfigurationProblem[]): string {
    const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
    const lines = problems.map(({ key, value, problem, where }) => {
      const subject = where.endsWith(` ${key}`) ? where : `${where}: ${key}`;
      return `  ${subject}${value === undefined ? '' : ` = ${value}`} ${problem}`;
    });
    return `The configuration has ${count}:\n${lines.join('\n')}`;
  }
}
