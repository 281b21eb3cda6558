export { measureRequests } from './measure-requests.js';
export { Metrics } from './metrics.js';
export { MetricsModule } from './metrics.module.js';
export { RequestDurations } from './request-durations.js';
