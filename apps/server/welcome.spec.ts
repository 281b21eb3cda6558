import { execFileSync } from 'node:child_process';
import { type Welcome, welcomeText } from './welcome.js';

const URL = 'http://127.0.0.1:9000';
const admin = { id: '1', email: 'admin@renum.local', password: 'geheim' };
const kept = { ...admin, passwordFile: "/tmp/Ada's data/admin.json" };
const team = { id: 't1', name: 'Market analysis', prompt: "What's next? $HOME `id`" };

/** What a real shell hands to curl in both calls; the answer to the login is a fixed one. */
function wordsOf(welcome: Welcome, env: Record<string, string> = {}): readonly string[] {
  const command = welcomeText(welcome, URL)
    .split('\n')
    .find((line) => line.startsWith('curl '));
  const script = `curl() { printf '%s\\n' "$@" >&2; echo '{"token":"t","access_token":"T0.k-n","x":""}'; }
    ${command} 2>&1 >/dev/null`;
  return execFileSync('sh', ['-c', `{ ${script}\n} 2>&1`], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...env },
  }).split('\n');
}

describe('the welcome', () => {
  it('says where, who, and the password with its place', () => {
    const text = welcomeText({ administrator: kept }, URL);
    expect(text).toContain('Address        http://127.0.0.1:9000\n');
    expect(text).toContain('Administrator  admin@renum.local\n');
    expect(text).toContain("Password       geheim   (kept in /tmp/Ada's data/admin.json)\n");
    expect(text).not.toContain('curl');
  });

  it('says that a password is kept nowhere', () => {
    expect(welcomeText({ administrator: admin }, URL)).toContain('geheim   (this is the only time you see it)');
  });

  it('names an address that a client can reach', () => {
    expect(welcomeText({ administrator: kept }, 'http://0.0.0.0:80')).toContain('http://127.0.0.1:80\n');
    expect(welcomeText({ administrator: kept }, 'http://[::]:80')).toContain('http://[::1]:80\n');
  });

  it('has one command, of one line, that no quote or dollar sign breaks', () => {
    const words = wordsOf({ administrator: kept, team });
    expect(words).toContain("@/tmp/Ada's data/admin.json");
    expect(words).toContain('http://127.0.0.1:9000/api/v1/teams/t1/execute');
    expect(words).toContain('Authorization: Bearer T0.k-n');
    expect(words).toContain('Prefer: wait=60');
    expect(words).toContain(JSON.stringify({ initial_prompt: team.prompt }));
  });

  it('signs in with the password itself where no file keeps it', () => {
    expect(wordsOf({ administrator: admin, team })).toContain('{"email":"admin@renum.local","password":"geheim"}');
  });

  it('leaves a password that the operator chose in its variable', () => {
    const welcome = { administrator: { id: '1', email: 'boss@x.org' }, team };
    expect(welcomeText(welcome, URL)).not.toContain('  Password');
    const words = wordsOf(welcome, { RENUM_ADMIN_PASSWORD: 'the boss $says so' });
    expect(words).toContain('{"email":"boss@x.org","password":"the boss $says so"}');
  });
});
