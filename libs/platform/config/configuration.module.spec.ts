import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { Test } from '@nestjs/testing';
import { ConfigurationModule } from './configuration.module.js';
import { loadConfig } from './load-config.js';
import { RenumConfig } from './renum-config.js';

@Injectable()
class Reader {
  constructor(
    readonly config: RenumConfig,
    readonly service: ConfigService,
  ) {}
}

test('services inject the typed configuration, and the framework reads the same values and no variables', async () => {
  const config = loadConfig({ env: { PORT: '0', OPENAI_API_KEY: 'sk-canary' }, cwd: __dirname });
  const module = await Test.createTestingModule({
    imports: [ConfigurationModule.forRoot(config)],
    providers: [Reader],
  }).compile();
  const { config: injected, service } = module.get(Reader);
  expect(injected).toBe(config);
  expect(service.get('http.port')).toBe(0);
  expect(service.get('runner')).toBe(config.runner);
  expect(service.get('PATH')).toBeUndefined();
  await module.close();
});
