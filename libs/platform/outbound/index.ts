export { operatorFetch } from './operator-fetch.js';
export { OutboundFailed, TargetRefused } from './outbound.errors.js';
export { Outbound, type OutboundAnswer } from './outbound.js';
export { OutboundModule } from './outbound.module.js';
