// Decisions are pure: in libs/workflow, libs/compiler and every core/ room nothing waits, reads the clock, rolls dice or
// looks at the process. And there is one way out: only platform/outbound calls the global fetch. Prints each offence as
// file:line and ends 1 when there is one. Imports are dependency-cruiser's part.
import { globSync, readFileSync } from 'node:fs';
import ts from 'typescript';

const PURE = ['libs/{workflow,compiler}/**/*.ts', 'libs/*/core/**/*.ts'];
const TEST = /\.(spec|contract)\.ts$|\/testing\//;
const FORBIDDEN = new Set([
  'process',
  'globalThis',
  'performance',
  'crypto',
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'console',
  'Promise',
]);

const OUTWARD = 'libs/**/*.ts';
const WAY_OUT = /^libs\/(platform\/outbound|client)\//;

let offences = 0;
judge(PURE, offenceOf, 'has no place in a pure room: hand it in as an argument');
judge(OUTWARD, wayOut, 'leaves the host past platform/outbound', (file) => !WAY_OUT.test(file));
process.exitCode = offences > 0 ? 1 : 0;

function judge(files, judged, why, concerns = () => true) {
  for (const file of globSync(files).filter((path) => !TEST.test(path) && concerns(path))) {
    const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
    const declared = namesDeclaredIn(source);
    visit(source, (node) => {
      const offence = judged(node, declared);
      if (!offence) return;
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
      console.log(`${file}:${line + 1} ${offence} ${why}`);
      offences += 1;
    });
  }
}

function wayOut(node, declared) {
  const isFetch = ts.isIdentifier(node) && node.text === 'fetch' && !declared.has('fetch') && isFree(node);
  return isFetch ? 'fetch' : undefined;
}

function visit(node, see) {
  see(node);
  ts.forEachChild(node, (child) => visit(child, see));
}

function offenceOf(node, declared) {
  if (node.kind === ts.SyntaxKind.AsyncKeyword) return 'async';
  if (ts.isAwaitExpression(node)) return 'await';
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length) return 'new Date()';
  if (ts.isPropertyAccessExpression(node) && ['Date.now', 'Math.random'].includes(node.getText()))
    return node.getText();
  if (ts.isIdentifier(node) && FORBIDDEN.has(node.text) && !declared.has(node.text) && isFree(node)) return node.text;
  return undefined;
}

/** A file that gives such a name a meaning of its own means that one. */
function namesDeclaredIn(source) {
  const names = new Set();
  visit(source, (node) => {
    if (ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isFunctionDeclaration(node))
      names.add(node.name?.getText());
  });
  return names;
}

/** A name that stands for a value: neither a member (`x.process`), a key, a declaration nor a type. */
function isFree(node) {
  const { parent } = node;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  return parent.name !== node && parent.propertyName !== node && !ts.isPartOfTypeNode(node);
}
