export { type ActorRef, type Permission, ROLES, type Role } from './actor.js';
export { AppError, type ErrorKind, type FieldErrors, Invalid } from './app-error.js';
export { Clock, SystemClock } from './clock.js';
export { isUuid, newId } from './ids.js';
export { isJsonObject, type Json, type JsonObject } from './json.js';
export { ManualClock } from './manual-clock.js';
export { fromUsd, type Micros, micros, NO_MONEY, toUsd } from './micros.js';
export { type Page, pageOf } from './page.js';
export { Secret } from './secret.js';
