export { Engine } from './engine.js';
export { ExecutionsService } from './executions.service.js';
export { Performer } from './performer.js';
