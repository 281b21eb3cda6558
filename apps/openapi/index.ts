export { generate } from './generate.js';
export { rulesBrokenBy } from './rules.js';
