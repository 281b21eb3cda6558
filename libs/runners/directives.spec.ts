import { readDirectives } from './directives.js';

describe('the directives of the simulated model', () => {
  it.each([
    ['[[sleep:250]]', { name: 'sleep', delayMs: 250 }],
    ['[[say:Good morning]]', { name: 'answer', text: 'Good morning' }],
    ['[[say:]]', { name: 'answer', text: '' }],
    ['[[json:{"verdict":"fail"}]]', { name: 'answer', text: '{"verdict":"fail"}' }],
    ['[[fail]]', { name: 'fail', attempts: Number.POSITIVE_INFINITY }],
    ['[[fail:2]]', { name: 'fail', attempts: 2 }],
    ['[[fail:0]]', { name: 'fail', attempts: 0 }],
    ['[[error:timeout]]', { name: 'error', code: 'timeout' }],
    ['[[error:rate_limit]]', { name: 'error', code: 'rate_limit' }],
    ['[[error:invalid]]', { name: 'error', code: 'invalid' }],
    ['[[error:network]]', { name: 'error', code: 'network' }],
    ['[[tokens:1200,340]]', { name: 'tokens', tokensIn: 1200, tokensOut: 340 }],
    ['[[tokens:0, 0]]', { name: 'tokens', tokensIn: 0, tokensOut: 0 }],
    ['[[cost:0.0125]]', { name: 'cost', usd: 0.0125 }],
    ['[[cost:0]]', { name: 'cost', usd: 0 }],
    ['[[call:context_get {}]]', { name: 'call', tool: 'context_get', input: {} }],
    [
      '[[call:context_set {"name":"a","value":[[1],"]]"]}]]',
      { name: 'call', tool: 'context_set', input: { name: 'a', value: [[1], ']]'] } },
    ],
    ['[[call:files__read-all { "path": "x" } ]]', { name: 'call', tool: 'files__read-all', input: { path: 'x' } }],
  ])('reads %s', (text, directive) => {
    expect(readDirectives(text)).toEqual({ text: '', directives: [directive] });
  });

  it('takes only the directive out and leaves every space where it was', () => {
    expect(readDirectives('  one [[sleep:5]] two\n').text).toBe('  one  two\n');
  });

  it('keeps the order of several', () => {
    const { text, directives } = readDirectives('a[[fail:1]]b[[say:x]][[sleep:1]]c');
    expect(text).toBe('abc');
    expect(directives.map(({ name }) => name)).toEqual(['fail', 'answer', 'sleep']);
  });

  it.each([
    '[[sleep]]',
    '[[sleep:soon]]',
    '[[sleep:-5]]',
    '[[sleep:1.5]]',
    '[[sleep:1234567890]]',
    '[[fail:]]',
    '[[error:earthquake]]',
    '[[tokens:5]]',
    '[[tokens:1,2,3]]',
    '[[cost:free]]',
    '[[cost:1e9]]',
    '[[SAY:x]]',
    '[[ say:x]]',
    '[[json:{"a":}]]',
    '[[json:]]',
    '[[json:{"a":1}',
    '[[say:never closed',
    '[[call:context_get]]',
    '[[call:context_get ]]',
    '[[call:context_get{}]]',
    '[[call:context_get []]]',
    '[[call:context_get "x"]]',
    '[[call:context_get {"a":}]]',
    '[[call:context_get {} {}]]',
    '[[call:context_get {}',
    '[[call:context get {}]]',
    '[[call: {}]]',
    '[[call:{}]]',
    '[[link]] and [[other:thing]]',
    ']] [[',
    '',
  ])('leaves what is not exactly a directive as text: %s', (text) => {
    expect(readDirectives(text)).toEqual({ text, directives: [] });
  });

  it.each([
    '{"text":"closing ]] inside"}',
    '{"text":"escaped \\" and ]]"}',
    '[[1],[2,[3]]]',
    '[]',
    '"a string with ]] in it"',
    '{"a":[{"b":[[]]}]}',
    '42',
    'null',
  ])('reads a whole JSON value, brackets within it included: %s', (json) => {
    expect(readDirectives(`a [[json:${json}]] b`)).toEqual({
      text: 'a  b',
      directives: [{ name: 'answer', text: json }],
    });
  });

  it('reads on behind a JSON value that is broken or never closed', () => {
    expect(readDirectives('[[json:{oops}]][[sleep:1]]')).toEqual({
      text: '[[json:{oops}]]',
      directives: [{ name: 'sleep', delayMs: 1 }],
    });
    expect(readDirectives('[[json:{ [[sleep:1]] [[json:1]]')).toEqual({
      text: '[[json:{  [[json:1]]',
      directives: [{ name: 'sleep', delayMs: 1 }],
    });
  });

  it('finds a directive behind brackets too many', () => {
    expect(readDirectives('[[[fail]]]')).toMatchObject({ text: '[]' });
  });

  it.each([
    '[[json:{',
    '[[json:[',
    '[[json:{"',
    '[[call:x {',
    '[[call:x {"',
    '[[call:',
    '[[say:',
    '[[sleep:',
    '[[',
    ']]',
    '[[json:{]]',
  ])('stays linear in a text made of nothing but %s', (piece) => {
    const text = piece.repeat(Math.ceil(2_000_000 / piece.length));
    const began = performance.now();
    readDirectives(text);
    readDirectives(`${text}]]`);
    expect(performance.now() - began).toBeLessThan(3_000);
  });
});
