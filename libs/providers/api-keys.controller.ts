import { Body, Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { type ActorRef, Secret } from '#libs/kernel/index.js';
import { Actor, Allow, Idempotent, NoStore } from '#libs/platform/http/index.js';
import { Fails } from '#libs/platform/openapi/index.js';
import { KeyLimitReached, KeyNotFound } from './provider-key.errors.js';
import { KeyDeletedView, ProviderKeyView, StoreKeyBody } from './provider-key.views.js';
import { ProviderKeys } from './provider-keys.js';

/** The caller's own keys of model providers. They are used for whatever the caller runs, before the server's. */
@Controller(['api/v1/api-keys', 'api/v1/teams/api-keys'])
@NoStore()
export class ApiKeysController {
  constructor(private readonly keys: ProviderKeys) {}

  /** Which services the caller has keys for. The keys themselves are never shown. */
  @Get()
  @Allow('api-key:read')
  async list(@Actor() actor: ActorRef): Promise<ProviderKeyView[]> {
    return (await this.keys.list(actor)).map((key) => ProviderKeyView.of(key));
  }

  /** Stores a key. One that was there for the same service is gone. */
  @Post()
  @Allow('api-key:create')
  @Idempotent()
  @Fails(KeyLimitReached)
  async store(@Actor() actor: ActorRef, @Body() body: StoreKeyBody): Promise<ProviderKeyView> {
    return ProviderKeyView.of(await this.keys.keep(actor, body.service_name, new Secret(body.api_key)));
  }

  /** Erases a key. Teams and runs that were given keys of their own keep them. */
  @Delete(':service_name')
  @Allow('api-key:delete')
  @Fails(KeyNotFound)
  async remove(@Actor() actor: ActorRef, @Param('service_name') service: string): Promise<KeyDeletedView> {
    return KeyDeletedView.of(await this.keys.remove(actor, service));
  }
}
