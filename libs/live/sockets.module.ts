import { Module } from '@nestjs/common';
import { ExecutionsModule } from '#libs/executions/index.js';
import { SocketsService } from './sockets.service.js';

/** WebSockets. Wants `Tail`, `Clock`, `RenumConfig`, the `Authenticator` and the `Gate` to be global. */
@Module({ imports: [ExecutionsModule], providers: [SocketsService], exports: [SocketsService] })
export class SocketsModule {}
