export { People } from './people.js';
export { personKey } from './person-key.js';
