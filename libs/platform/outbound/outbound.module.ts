import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { RenumConfig } from '#libs/platform/config/index.js';
import { egressRules } from './egress.js';
import { Outbound } from './outbound.js';

/** The one way out to what users name. */
@Global()
@Module({
  providers: [
    {
      provide: Outbound,
      inject: [RenumConfig],
      useFactory: ({ egressAllow, environment }: RenumConfig) =>
        new Outbound(egressRules(egressAllow, environment === 'production')),
    },
  ],
  exports: [Outbound],
})
export class OutboundModule implements OnApplicationShutdown {
  constructor(private readonly outbound: Outbound) {}

  async onApplicationShutdown(): Promise<void> {
    await this.outbound.close();
  }
}
