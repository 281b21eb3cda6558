// Real: SQLite in memory and PostgreSQL, each with the real migrations.
import { type ActorRef, ManualClock, newId } from '#libs/kernel/index.js';
import { type Database, PostgresDatabase } from '#libs/platform/database/index.js';
import { testDatabase } from '#libs/platform/database/testing/test-database.js';
import { testPostgres } from '#libs/platform/database/testing/test-postgres.js';
import { migrations } from '#migrations/index.js';
import { AuditEventRow } from './audit-event.entity.js';
import { AuditEventsStore, type AuditFilter } from './audit-events.store.js';
import { AuditTrail } from './audit-trail.js';
import { securityEntities } from './index.js';

const ADA: ActorRef = { id: newId(), email: 'ada@example.com', role: 'user' };
const ROOT: ActorRef = { id: newId(), email: 'root@example.com', role: 'admin' };

const options = { entities: [...securityEntities], migrations };

interface Place {
  readonly database: Database;
  readonly leave: () => Promise<void> | void;
}

async function inMemory(): Promise<Place> {
  return { database: await testDatabase(options), leave: () => undefined };
}

async function onPostgres(): Promise<Place> {
  const place = await testPostgres();
  return { database: await PostgresDatabase.open(place.choice, options), leave: () => place.release() };
}

describe.each([
  ['SQLite', inMemory],
  ['PostgreSQL', onPostgres],
])('the audit trail (%s)', (_, open) => {
  let database: Database;
  let leave: Place['leave'];
  let clock: ManualClock;
  let trail: AuditTrail;

  beforeEach(async () => {
    ({ database, leave } = await open());
    clock = new ManualClock();
    trail = new AuditTrail(database, clock);
  });
  afterEach(async () => {
    await database.close();
    await leave();
  });

  const list = async (filter: Partial<AuditFilter> = {}): Promise<readonly AuditEventRow[]> =>
    (await new AuditEventsStore(database).list({ page: 1, limit: 50, ...filter }))[0];
  const eventTypes = async (filter: Partial<AuditFilter> = {}): Promise<readonly string[]> =>
    (await list(filter)).map(({ eventType }) => eventType);

  it('keeps who did what to which thing', async () => {
    await database.work.run((tx) =>
      trail.record(tx, { actor: ADA, did: 'team.updated', to: 't1', details: { fields: ['name'] } }),
    );
    expect(await list()).toEqual([
      {
        seq: 1,
        at: clock.now(),
        actorType: 'user',
        actorId: ADA.id,
        eventType: 'team.updated',
        entityType: 'team',
        entityId: 't1',
        outcome: 'succeeded',
        ip: null,
        requestId: null,
        details: { fields: ['name'] },
      },
    ]);
  });

  it('tells users, administrators, the system and strangers apart', async () => {
    for (const actor of [ADA, ROOT, 'system', null] as const) {
      await trail.recordAlone({ actor, did: 'user.login-refused', to: null, outcome: 'refused' });
    }
    const seen = (await list()).map(({ actorType, actorId, outcome }) => [actorType, actorId, outcome]);
    expect(seen.reverse()).toEqual([
      ['user', ADA.id, 'refused'],
      ['admin', ROOT.id, 'refused'],
      ['system', null, 'refused'],
      ['user', null, 'refused'],
    ]);
  });

  it('stays or goes with the change it tells of', async () => {
    const entry = { actor: ADA, did: 'team.created', to: 't1' } as const;
    await expect(
      database.work.run(async (tx) => {
        await trail.record(tx, entry);
        throw new Error('changed its mind');
      }),
    ).rejects.toThrow('changed its mind');
    expect(await list()).toEqual([]);

    await database.work.run((tx) => trail.record(tx, entry));
    expect(await eventTypes()).toEqual(['team.created']);
  });

  it('cannot be changed or shortened', async () => {
    await trail.recordAlone({ actor: ADA, did: 'team.created', to: 't1' });
    for (const text of ["UPDATE audit_event SET event_type = 'nothing.happened'", 'DELETE FROM audit_event']) {
      await expect(database.work.write(text)).rejects.toThrow('only appended to');
    }
    expect(await eventTypes()).toEqual(['team.created']);
  });

  it('finds lines by what, whose, who and when, newest first', async () => {
    await trail.recordAlone({ actor: ADA, did: 'team.created', to: 't1' });
    clock.advance(1_000);
    await trail.recordAlone({ actor: ROOT, did: 'agent.created', to: 'a1' });
    clock.advance(1_000);
    await trail.recordAlone({ actor: ADA, did: 'team.deleted', to: 't1' });

    expect(await eventTypes()).toEqual(['team.deleted', 'agent.created', 'team.created']);
    expect(await eventTypes({ eventType: 'team.created' })).toEqual(['team.created']);
    expect(await eventTypes({ entityType: 'team' })).toEqual(['team.deleted', 'team.created']);
    expect(await eventTypes({ entityId: 'a1' })).toEqual(['agent.created']);
    expect(await eventTypes({ actorId: ROOT.id })).toEqual(['agent.created']);
    expect(await eventTypes({ actorType: 'user', entityType: 'agent' })).toEqual([]);
    expect(await eventTypes({ from: clock.now() - 1_000 })).toEqual(['team.deleted', 'agent.created']);
    expect(await eventTypes({ until: clock.now() - 1_000 })).toEqual(['team.created']);
    expect(await new AuditEventsStore(database).list({ page: 2, limit: 2 })).toMatchObject([
      [{ eventType: 'team.created' }],
      3,
    ]);
  });
});
