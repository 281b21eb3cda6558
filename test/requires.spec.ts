import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requires } from './requires.js';

describe('what tests need of the machine', () => {
  const folder = mkdtempSync(join(tmpdir(), 'renum-requires-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('finds the first program that can be run', () => {
    writeFileSync(join(folder, 'chromium-browser'), '#!/bin/sh\n', { mode: 0o755 });
    expect(requires('chromium', ['/nowhere', folder]).path).toBe(join(folder, 'chromium-browser'));
  });

  it('does not take a file that cannot be run for a program', () => {
    writeFileSync(join(folder, 'redis-server'), '', { mode: 0o644 });
    expect(requires('redis', [folder]).path).toBe('');
  });
});
