// `node test/typescript.cjs file.ts …` runs our TypeScript in a process of its own, as the tests see it: compiled on the
// way, without a build. For tests that kill.
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const { transformSync } = require('@swc/core');
const [, swc] = require('../jest.config.cjs').transform['^.+\\.ts$'];

const root = path.dirname(__dirname);
const resolveFilename = Module._resolveFilename;

Module._resolveFilename = function (request, parent, ...rest) {
  if (request.startsWith('#')) return path.join(root, request.slice(1).replace(/\.js$/, '.ts'));
  const ours = request.startsWith('.') && parent?.filename?.endsWith('.ts');
  return resolveFilename.call(this, ours ? request.replace(/\.js$/, '.ts') : request, parent, ...rest);
};

Module._extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), { ...swc, filename });
  module._compile(code, filename);
};

// Required, not given to node as its entry: that would go through the ESM loader, and so to what was built.
if (require.main === module) {
  process.argv.splice(1, 1);
  require(path.resolve(process.argv[1]));
}
