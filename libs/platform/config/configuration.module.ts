import { type DynamicModule, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { RenumConfig } from './renum-config.js';

/** Gives the whole house one `RenumConfig`; the framework's `ConfigService` reads the same values and nothing else. */
@Module({})
export class ConfigurationModule {
  static forRoot(config: RenumConfig): DynamicModule {
    return {
      module: ConfigurationModule,
      global: true,
      imports: [
        ConfigModule.forRoot({
          ignoreEnvFile: true,
          ignoreEnvVars: true,
          skipProcessEnv: true,
          isGlobal: true,
          load: [() => Object.assign({}, config)],
        }),
      ],
      providers: [{ provide: RenumConfig, useValue: config }],
      exports: [RenumConfig],
    };
  }
}
