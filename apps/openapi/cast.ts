/** Who and what the examples are about. */
export const ADA = '0199f3a0-5c10-7a44-9e21-6b0d3f8c1a01';

export const RESEARCHER = '0199f3a1-0b32-7c51-8d10-2a4e6c8f1b11';
export const ANALYST = '0199f3a1-1d84-7e02-a6b3-5c7d9e1f2b12';
export const WRITER = '0199f3a1-2fd6-7f93-b1c4-7e9fab3d4b13';

export const TEAM = '0199f3a2-4410-7b25-93d6-8f1a2b3c4d21';
export const EXECUTION = '0199f3a3-6688-7d47-8af7-9b2c3d4e5f31';
/** What was made of it. */
export const RERUN = '0199f3a4-11d0-7e58-9b08-ac3d4e5f6a41';
export const FORK = '0199f3a4-22e1-7f69-8c19-bd4e5f6a7b42';
export const REPLAY = '0199f3a4-33f2-7a7a-9d2a-ce5f6a7b8c43';
export const RETRY = '0199f3a4-4403-7b8b-8e3b-df6a7b8c9d44';

export const PROMPT = 'Should we offer small clinics monthly billing?';
