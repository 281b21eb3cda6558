/** The file with the installation's keys is there and cannot be used. Only the operator can mend it: the process ends with 78. */
export class KeyFileUnusable extends Error {
  override readonly name = 'KeyFileUnusable';
  readonly exitCode = 78;

  constructor(file: string, why: string) {
    super(
      `${file} ${why}. Put back the file that was there: without its keys nothing that was sealed can be read. ` +
        'Only where nothing is to be kept, take it away, and the next start makes a new one.',
    );
  }
}
