import { Injectable } from '@nestjs/common';
import type { Phase } from './core/readiness.js';

/** Where the process stands in its life: never back, and `draining` may come at any time. The server tells; probes ask. */
@Injectable()
export class Lifecycle {
  #phase: Phase = 'starting';
  #hasStarted = false;

  get phase(): Phase {
    return this.#phase;
  }

  /** True for good once everything was up, even while draining. */
  get hasStarted(): boolean {
    return this.#hasStarted;
  }

  started(): void {
    this.#hasStarted = true;
    if (this.#phase === 'starting') this.#phase = 'ready';
  }

  drain(): void {
    this.#phase = 'draining';
  }
}
