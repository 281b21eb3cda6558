/** Where this program is installed: the folder that holds `package.json`, `docs` and `node_modules`. */
export class Installation {
  constructor(readonly folder: string) {}
}
