import type { ActorRef } from '#libs/kernel/index.js';
import { Authenticator } from '#libs/platform/http/index.js';

export class ClosedDoor extends Authenticator {
  authenticate(): ActorRef | null {
    return null;
  }

  permits(): boolean {
    return false;
  }
}
