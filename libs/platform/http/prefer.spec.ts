import { preferredWaitSeconds } from './prefer.js';

describe('preferredWaitSeconds', () => {
  it.each([
    [undefined, null],
    ['wait=10', 10],
    ['respond-async, wait=5', 5],
    ['wait = "7"', 7],
    ['WAIT=0', 0],
    ['wait=301', 300],
    ['wait=99999999999999999999', 300],
    ['wait=-1', null],
    ['wait=1.5', null],
    ['wait', null],
    ['awaits=5', null],
    [['handling=lenient', 'wait=3'], 3],
  ])('reads %j as %j', (header, seconds) => {
    expect(preferredWaitSeconds(header)).toBe(seconds);
  });
});
