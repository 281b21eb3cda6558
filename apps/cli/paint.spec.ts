import { clipped, counted, painter, seconds, visible } from './paint.js';

it('colours only where colours are wanted', () => {
  expect(painter(true)('red', 'x')).toBe('\u001b[31mx\u001b[39m');
  expect(painter(false)('red', 'x')).toBe('x');
});

it('tells times and counts as people read them', () => {
  expect([seconds(0), seconds(1_249), seconds(-5)]).toEqual(['0.0 s', '1.2 s', '0.0 s']);
  expect(counted(1_234_567)).toBe('1,234,567');
});

it('clips by characters, and says so', () => {
  expect(clipped('😀😀😀', 3)).toBe('😀😀😀');
  expect(clipped('😀😀😀', 2)).toBe('😀…');
  expect(clipped('abc', 0)).toBe('…');
});

it('lets no text of a model steer the terminal', () => {
  expect(visible('a\u001b[2Jb\u0007c\r\u009bd\te\nf')).toBe('a[2Jbcd  e\nf');
});
