import { ADA } from './cast.js';
import type { Examples } from './illustrate.js';

const service = 'openai';

const key = {
  key_id: '0199f3a0-7e21-7b90-8c3d-1f2e3d4c5b41',
  user_id: ADA,
  service_name: service,
  is_active: true,
  created_at: '2026-11-22T09:20:00.000Z',
  updated_at: '2026-11-22T09:20:00.000Z',
};

export const KEY_EXAMPLES: Examples = {
  apiKeysStore: { body: { service_name: service, api_key: 'sk-an-example-and-no-real-key' }, answer: key },
  apiKeysList: { answer: [key] },
  apiKeysRemove: {
    path: { service_name: service },
    answer: { success: true, status: 'success', message: 'API key for openai deleted' },
  },
};
