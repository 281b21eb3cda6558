export { ABOUT } from './about.js';
export { documentOf } from './document.js';
export { rulesBrokenBy } from './rules.js';
export { readSources } from './sources.js';
