export type { Sources, Watcher } from './event-feed.js';
export { LiveModule } from './live.module.js';
export { LiveService, type Viewer } from './live.service.js';
export type { AgentOf, PublicEvent, PublicUsage } from './public-event.js';
export { SocketsModule } from './sockets.module.js';
