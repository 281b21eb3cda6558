import { giveBack } from './give-back.js';

test('collects what nobody holds any more', async () => {
  const forgotten = new WeakRef({ large: new Array(100_000).fill('read once') });
  // What a weak reference was asked for lives to the end of its turn.
  await new Promise((resolve) => setImmediate(resolve));
  await giveBack();
  expect(forgotten.deref()).toBeUndefined();
});
