import { readEnd, readMoment } from './read-moment.js';

describe('readMoment', () => {
  it('reads a day as its beginning in UTC', () => {
    expect(readMoment('2026-11-22')).toBe(Date.UTC(2026, 10, 22));
  });

  it('reads a moment by its zone, and by UTC without one', () => {
    const noon = Date.UTC(2026, 10, 22, 12);
    for (const text of ['2026-11-22T12:00:00Z', '2026-11-22T13:00+01:00', '2026-11-22T12:00:00.000']) {
      expect(readMoment(text)).toBe(noon);
    }
  });

  it.each(['', 'yesterday', '2026-02-30', '2026-13-01', '2026-02-30T10:00:00Z', '22.11.2026', '2026-11-22T25:00'])(
    'refuses %p',
    (text) => {
      expect(readMoment(text)).toBeNull();
      expect(readEnd(text)).toBeNull();
    },
  );
});

describe('readEnd', () => {
  it('includes the whole day, or the millisecond', () => {
    expect(readEnd('2026-11-22')).toBe(Date.UTC(2026, 10, 23));
    expect(readEnd('2026-11-22T12:00:00Z')).toBe(Date.UTC(2026, 10, 22, 12) + 1);
  });
});
