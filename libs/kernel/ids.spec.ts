import { version } from 'uuid';
import { isUuid, newId } from './ids.js';

afterEach(() => jest.useRealTimers());

test('makes ids that are UUIDs of version 7 and hold the time of their birth', () => {
  jest.useFakeTimers({ now: Date.parse('2100-01-01T00:00:00Z') });
  const id = newId();
  expect(isUuid(id)).toBe(true);
  expect(version(id)).toBe(7);
  expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(Date.now());
});

test('sorts by birth, also within one millisecond and beyond what one can count', () => {
  jest.useFakeTimers({ now: Date.parse('2100-01-02T00:00:00Z') });
  const ids = Array.from({ length: 10_000 }, newId);
  expect(ids).toEqual(ids.toSorted());
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every(isUuid)).toBe(true);
});

test('goes on forwards when the clock is set back', () => {
  jest.useFakeTimers({ now: Date.parse('2100-01-03T00:00:00Z') });
  const before = newId();
  jest.setSystemTime(Date.parse('2099-12-31T00:00:00Z'));
  expect(newId() > before).toBe(true);
});
