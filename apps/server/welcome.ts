import type { AdministratorRef } from '#libs/identity/index.js';

/** What the first start of a development server has to tell. */
export interface Welcome {
  readonly administrator: AdministratorRef;
  /** A team to try. */
  readonly team?: { readonly id: string; readonly name: string; readonly prompt: string };
}

/** For a person at a terminal: where, who, and one command that can be pasted as it is. */
export function welcomeText({ administrator, team }: Welcome, listening: string): string {
  const url = reachable(listening);
  const { email, password, passwordFile } = administrator;
  const kept = passwordFile === undefined ? 'this is the only time you see it' : `kept in ${passwordFile}`;
  const lines = [
    '',
    `  Address        ${url}`,
    `  Administrator  ${email}`,
    ...(password === undefined ? [] : [`  Password       ${password}   (${kept})`]),
    '',
    ...(team
      ? [`  Try the team "${team.name}" (simulated agents, free of charge):`, '', runs(team, administrator, url), '']
      : []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** The command signs in, runs the team, waits, and prints the result. */
function runs({ id, prompt }: NonNullable<Welcome['team']>, administrator: AdministratorRef, url: string): string {
  const json = "-H 'Content-Type: application/json'";
  const login = `curl -sS ${url}/api/v1/auth/login ${json} -d ${credentials(administrator)}`;
  const token = `${login} | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/'`;
  const body = JSON.stringify({ initial_prompt: prompt });
  return `curl -sS -w '\\n' ${url}/api/v1/teams/${id}/execute -H "Authorization: Bearer $(${token})" -H 'Prefer: wait=60' ${json} -d ${quoted(body)}`;
}

/** The file holds exactly what a login wants; a password that the operator chose is never written down here. */
function credentials({ email, password, passwordFile }: AdministratorRef): string {
  if (passwordFile !== undefined) return `@${quoted(passwordFile)}`;
  if (password !== undefined) return quoted(JSON.stringify({ email, password }));
  return `${quoted(`{"email":${JSON.stringify(email)},"password":"`)}"$RENUM_ADMIN_PASSWORD"'"}'`;
}

/** A word for any POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** A server that listens everywhere is called here. */
function reachable(url: string): string {
  return url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');
}
