export { EventFeed, type Sources, type Watcher } from './event-feed.js';
export { ExecutionArchived } from './live.errors.js';
export { LiveModule } from './live.module.js';
export { LiveService, type Viewer } from './live.service.js';
export { type AgentOf, type PublicEvent, type PublicUsage, publicEventOf } from './public-event.js';
