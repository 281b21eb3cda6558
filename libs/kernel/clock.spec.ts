import { SystemClock } from './clock.js';

const DAY_MS = 86_400_000;

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test.each([1, 20, 30, 365])('rings once, and only when %i days are over', (days) => {
  let rung = 0;
  new SystemClock().after(days * DAY_MS, () => {
    rung++;
  });
  jest.advanceTimersByTime(days * DAY_MS - 1);
  expect(rung).toBe(0);
  jest.advanceTimersByTime(1);
  expect(rung).toBe(1);
  jest.advanceTimersByTime(days * DAY_MS);
  expect(rung).toBe(1);
});

test.each([0, 40])('never rings when it was taken back after %i days', (days) => {
  let rung = 0;
  const takeBack = new SystemClock().after(60 * DAY_MS, () => {
    rung++;
  });
  jest.advanceTimersByTime(days * DAY_MS);
  takeBack();
  takeBack();
  jest.advanceTimersByTime(60 * DAY_MS);
  expect(rung).toBe(0);
  expect(jest.getTimerCount()).toBe(0);
});
