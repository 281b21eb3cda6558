import { emailKey, isEmail } from './email.js';

describe('isEmail', () => {
  it.each([
    'a@b',
    'ada@example.com',
    'ada+tag@sub.example.co',
    'Ä.ö@bücher.example',
    'admin@renum.local',
    "o'neil@x.org",
  ])('takes %s', (text) => expect(isEmail(text)).toBe(true));

  it.each([
    '',
    'ada',
    '@x.org',
    'ada@',
    'a b@x.org',
    'ada@x..org',
    'ada@-x.org',
    'ada@x.org.',
    '.ada@x.org',
    'a..b@x.org',
    'a.@x.org',
    'a@b@c',
    '<a@x.org>',
    'a\n@x.org',
    `${'a'.repeat(65)}@x.org`,
    `a@${'x'.repeat(64)}.org`,
    `a@${'x.'.repeat(130)}org`,
  ])('refuses %j', (text) => expect(isEmail(text)).toBe(false));

  it('decides quickly about hostile addresses', () => {
    const began = performance.now();
    isEmail(`a@${'a-'.repeat(120)}`);
    isEmail(`${'a'.repeat(250)}`);
    expect(performance.now() - began).toBeLessThan(50);
  });
});

describe('emailKey', () => {
  it('sees one person in every spelling', () => {
    expect(new Set(['ADA@Example.com', 'ada@example.COM', 'ada@example.com'].map(emailKey)).size).toBe(1);
    expect(emailKey('e\u0301@x')).toBe(emailKey('\u00c9@x'));
  });
});
