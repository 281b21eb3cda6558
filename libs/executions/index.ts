export { Engine } from './engine.js';
export { ExecutionStatusView } from './execution.views.js';
export { ExecutionsModule } from './executions.module.js';
export { ExecutionsService } from './executions.service.js';
