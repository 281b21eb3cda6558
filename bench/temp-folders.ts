import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Folders on the disk that is measured; all of them go when the bench ends. */
export class TempFolders {
  readonly #made: string[] = [];

  constructor(private readonly parent: string) {}

  make(): string {
    const folder = mkdtempSync(join(this.parent, 'renum-bench-'));
    this.#made.push(folder);
    return folder;
  }

  get all(): readonly string[] {
    return this.#made;
  }

  removeAll(): void {
    for (const folder of this.#made.splice(0)) rmSync(folder, { recursive: true, force: true });
  }
}
