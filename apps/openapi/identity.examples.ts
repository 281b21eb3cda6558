import { ADA } from './cast.js';
import type { Examples } from './illustrate.js';

const EMAIL = 'ada@example.com';
const PASSWORD = 'correct horse battery staple';

const user = { id: ADA, email: EMAIL, name: 'Ada Lovelace', role: 'user' } as const;
const token = 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIwMTk5ZjNhMCJ9.c2lnbmF0dXJl';

const signedIn = {
  token,
  access_token: token,
  refresh_token: 'rnm_rt_7Qm2c8Zr5Vb1Xk4Ny9Tg6Hd3Wf0Js7Qm2c8Zr5Vb1Xk4Ny9Tg6Hd3Wf0JsVb1Xk4Ny9T',
  token_type: 'bearer',
  expires_in: 43_200,
  user: { ...user, token },
};

export const IDENTITY_EXAMPLES: Examples = {
  authRegister: { body: { email: EMAIL, password: PASSWORD, name: 'Ada Lovelace' }, answer: { user } },
  authLogin: { body: { email: EMAIL, password: PASSWORD }, answer: signedIn },
  authRefresh: { body: { refresh_token: signedIn.refresh_token }, answer: signedIn },
  authLogout: { answer: { success: true, status: 'success', message: 'Signed out' } },
  authMe: { answer: { ...user, token } },
};
