import { Module } from '@nestjs/common';
import { EventsController } from './events.controller.js';
import { LiveService } from './live.service.js';

/** What people watch while it happens. Wants `Journal`, `Tail`, `Clock` and the `Authenticator` to be global. */
@Module({
  controllers: [EventsController],
  providers: [LiveService],
  exports: [LiveService],
})
export class LiveModule {}
