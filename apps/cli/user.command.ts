import type { Account, AccountsService } from '#libs/identity/index.js';
import { ROLES, type Role } from '#libs/kernel/index.js';
import { type Command, JSON_OPTION, UsageProblem } from './command.js';
import { Failed } from './failure.js';
import { table } from './table.js';
import type { Terminal } from './terminal.js';

const ROLE_OPTION = { value: 'ROLE', about: `one of ${ROLES.join(', ')}` } as const;

export const userCreate: Command = {
  words: ['user', 'create'],
  summary: 'create an account',
  operands: ['EMAIL'],
  details: `The password (12 to 128 characters) is read from standard input, so that it stays out of the list of processes
and of the history of the shell. Works beside a running server.`,
  options: {
    role: { ...ROLE_OPTION, about: `${ROLE_OPTION.about} (user)` },
    'password-stdin': { about: 'read the password from standard input; has to be said' },
    ...JSON_OPTION,
  },
  async run({ operands: [email = ''], switches, values }, terminal) {
    const role = roleIn(values.get('role') ?? 'user');
    if (!switches.has('password-stdin')) throw new UsageProblem('--password-stdin is missing.');
    const password = (await terminal.input()).replace(/\r?\n$/, '');
    if (password === '') throw new UsageProblem('There was no password on standard input.');
    const account = await withAccounts(terminal, (accounts) => accounts.create({ email, role, password }), true);
    return show(account, `Created ${account.email} (${account.role}).`, switches.has('json'), terminal);
  },
};

export const userList: Command = {
  words: ['user', 'list'],
  summary: 'list the accounts',
  options: JSON_OPTION,
  async run({ switches }, terminal) {
    const views = (await withAccounts(terminal, (accounts) => accounts.list())).map(viewOf);
    if (switches.has('json')) terminal.out(`${JSON.stringify(views, null, 2)}\n`);
    else terminal.out(table([HEAD, ...views.map(rowOf)]));
    return 0;
  },
};

export const userPromote: Command = {
  words: ['user', 'promote'],
  summary: 'give an account another role',
  operands: ['EMAIL'],
  options: { role: { ...ROLE_OPTION, about: `${ROLE_OPTION.about} (admin)` }, ...JSON_OPTION },
  async run({ operands: [email = ''], switches, values }, terminal) {
    const role = roleIn(values.get('role') ?? 'admin');
    const account = await withAccounts(terminal, (accounts, server) => {
      if (server !== null)
        terminal.err(`To the running server (${server}) this counts from the next sign-in; restart it to be sure.\n`);
      return accounts.setRole(email, role);
    });
    return show(account, `${account.email} is ${account.role} now.`, switches.has('json'), terminal);
  },
};

async function withAccounts<T>(
  terminal: Terminal,
  use: (accounts: AccountsService, server: string | null) => Promise<T>,
  makes = false,
): Promise<T> {
  const { Installation } = await import('./installation.js');
  const { AccountsService } = await import('#libs/identity/index.js');
  const installation = Installation.at(terminal);
  if (!makes && !installation.hasDatabase) throw new Failed(`There is no database yet: ${installation.place}`);
  return installation.current((database, server) => use(AccountsService.on(database), server));
}

function roleIn(text: string): Role {
  const role = ROLES.find((one) => one === text);
  if (!role) throw new UsageProblem(`--role must be one of ${ROLES.join(', ')}.`);
  return role;
}

function viewOf({ id, email, name, role, isActive, createdAt, lastLoginAt }: Account) {
  return {
    id,
    email,
    name,
    role,
    is_active: isActive,
    created_at: new Date(createdAt).toISOString(),
    last_login_at: lastLoginAt === null ? null : new Date(lastLoginAt).toISOString(),
  };
}

const HEAD = ['EMAIL', 'ROLE', 'ACTIVE', 'CREATED', 'LAST SIGN-IN'] as const;

function rowOf({ email, role, is_active, created_at, last_login_at }: ReturnType<typeof viewOf>): readonly string[] {
  return [email, role, is_active ? 'yes' : 'no', created_at, last_login_at ?? 'never'];
}

function show(account: Account, sentence: string, isJson: boolean, terminal: Terminal): 0 {
  terminal.out(isJson ? `${JSON.stringify(viewOf(account), null, 2)}\n` : `${sentence}\n`);
  return 0;
}
