// Real: SQLite in memory and in a file, the disk of this machine, this Node.js.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteDatabase } from '#libs/platform/database/index.js';
import { troubleIn } from './core/verdict.js';
import { DatabaseDependency } from './database.dependency.js';
import { DiskDependency, verdictOn } from './disk.dependency.js';
import { RuntimeDependency } from './runtime.dependency.js';

const NOTHING = { entities: [], migrations: [] };

describe('the database as a dependency', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'renum-health-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is up in a file, and tells what a commit waits for', async () => {
    const database = await SqliteDatabase.open({ mode: 'embedded', file: join(folder, 'renum.db') }, NOTHING);
    const { verdict, found, evidence } = await new DatabaseDependency(database, 'embedded').check();
    expect(verdict.status).toBe('up');
    expect(found).toBe('embedded');
    expect(evidence).toMatchObject({ durability: 'durable', fsync_ms: expect.any(Number), writes_waiting: 0 });
    await database.close();
  });

  it('advises on a slow disk without calling it degraded', async () => {
    const database = await SqliteDatabase.open({ mode: 'embedded', file: join(folder, 'slow.db') }, NOTHING);
    Object.defineProperty(database, 'fsyncMs', { value: 12.3456 });
    const { verdict } = await new DatabaseDependency(database, 'embedded').check();
    expect(verdict.status).toBe('up');
    expect(troubleIn(verdict)?.because).toBe('The disk takes 12.346 ms to make a write safe.');
    expect(troubleIn(verdict)?.impact).toContain('about 81 commits fit in a second');

    Object.defineProperty(database, 'fsyncMs', { value: 0.5 });
    expect(troubleIn((await new DatabaseDependency(database, 'embedded').check()).verdict)).toBeNull();
    await database.close();
  });

  it('says aloud that memory forgets: advice where it was asked for, degraded where it was not', async () => {
    const database = await SqliteDatabase.open({ mode: 'ephemeral', reason: 'no folder' }, NOTHING);
    const asked = await new DatabaseDependency(database, 'ephemeral').check();
    expect(asked).toMatchObject({ found: 'ephemeral', evidence: { durability: 'volatile', fsync_ms: null } });
    expect(asked.verdict.status).toBe('up');
    expect(troubleIn(asked.verdict)?.impact).toContain('Lost when the process ends');
    const unasked = await new DatabaseDependency(database, 'embedded').check();
    expect(unasked.verdict).toMatchObject({ status: 'degraded', because: 'no folder' });
    await database.close();
  });

  it('is down when it cannot be read', async () => {
    const database = await SqliteDatabase.open({ mode: 'ephemeral', reason: 'test' }, NOTHING);
    const dependency = new DatabaseDependency(database, 'ephemeral');
    await database.close();
    const { verdict } = await dependency.check();
    expect(verdict).toMatchObject({ status: 'down', because: expect.stringContaining('not open') });
  });
});

describe('the disk as a dependency', () => {
  it('tells how much room there is', async () => {
    const { found, evidence } = await new DiskDependency(tmpdir()).check();
    expect(found).toMatch(/^\d+ MiB free$/);
    expect(evidence).toEqual({ free_mib: expect.any(Number), size_mib: expect.any(Number) });
  });

  it('warns before it is full', () => {
    expect(verdictOn(1_024).status).toBe('up');
    expect(verdictOn(1_023)).toMatchObject({ status: 'degraded', because: expect.stringContaining('1023 MiB') });
    expect(verdictOn(63).status).toBe('down');
  });
});

describe('the runtime as a dependency', () => {
  it('is up where this test runs', () => {
    expect(new RuntimeDependency().check()).toMatchObject({
      verdict: { status: 'up' },
      found: `Node.js ${process.versions.node}`,
    });
  });

  it.each([
    ['24.9.0', 'up'],
    ['26.0.0', 'up'],
    ['24.8.9', 'degraded'],
    ['20.19.0', 'degraded'],
  ])('takes Node.js %s for %s', (version, status) => {
    expect(new RuntimeDependency(version).check().verdict.status).toBe(status);
  });

  it('calls one that is too old a conflict', () => {
    expect(troubleIn(new RuntimeDependency('20.0.0').check().verdict)).toMatchObject({ conflict: true });
  });
});
