import { placeOf } from './place.js';

describe('placeOf', () => {
  it.each([
    ['10.1.2.3', '10.1.2.3'],
    ['::ffff:10.1.2.3', '10.1.2.3'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8::6', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['fe80::', 'fe80:0:0:0'],
    ['what:a proxy wrote', 'what:a proxy wrote'],
  ])('puts %s at %s', (address, place) => expect(placeOf(address)).toBe(place));
});
