import { IsString, Length, Matches, ValidateBy } from 'class-validator';
import { API_KEY, API_KEY_RULE, isServiceName, SERVICE_NAME_RULE } from './key-changes.js';
import type { KeptKey } from './provider-keys.js';

const validator = { validate: isServiceName, defaultMessage: () => SERVICE_NAME_RULE };

export class StoreKeyBody {
  /** `openai`, `anthropic`, `google`, or a provider that the operator added. Upper and lower case are alike. */
  @IsString()
  @Length(1, 100)
  @ValidateBy({ name: 'isServiceName', validator })
  service_name!: string;

  /** Never shown again. */
  @IsString()
  @Matches(API_KEY, { message: API_KEY_RULE })
  api_key!: string;
}

/** What can be told of a stored key. */
export class ProviderKeyView {
  key_id!: string;
  user_id!: string;
  service_name!: string;
  is_active!: true;
  created_at!: string;
  updated_at!: string;

  static of({ id, userId, serviceName, createdAt, updatedAt }: KeptKey): ProviderKeyView {
    return {
      key_id: id,
      user_id: userId,
      service_name: serviceName,
      is_active: true,
      created_at: new Date(createdAt).toISOString(),
      updated_at: new Date(updatedAt).toISOString(),
    };
  }
}

export class KeyDeletedView {
  success!: true;
  status!: 'success';
  message!: string;

  static of({ serviceName }: KeptKey): KeyDeletedView {
    return { success: true, status: 'success', message: `API key for ${serviceName} deleted` };
  }
}

/** API keys by the name of their service; null takes one away. */
export class ServiceKeysView {
  [service: string]: string | null;
}
