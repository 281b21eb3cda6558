export { FrameworkLog } from './framework-log.js';
export { Log, type LogFields, type LogLevel, type LogOptions } from './log.js';
export { LogModule } from './log.module.js';
export { scrub } from './scrub.js';
