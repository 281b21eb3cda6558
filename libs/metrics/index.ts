export { measureRequests } from './measure-requests.js';
export { MetricsModule } from './metrics.module.js';
export type { Reading } from './reading.js';
export { RequestDurations } from './request-durations.js';
