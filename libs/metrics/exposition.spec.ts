import { exposition, type Family, formatFor } from './exposition.js';

const COUNTER: Family = {
  name: 'renum_executions_finished_total',
  help: 'Ended "well" or not,\nC:\\ and all.',
  type: 'counter',
  samples: [{ suffix: '', labels: { outcome: 'say "no"\nnow\\' }, value: 3 }],
};
const HISTOGRAM: Family = {
  name: 'wait_seconds',
  help: 'Waits.',
  type: 'histogram',
  samples: [
    { suffix: '_bucket', labels: { le: '+Inf' }, value: 2 },
    { suffix: '_sum', labels: {}, value: 0.5 },
    { suffix: '_count', labels: {}, value: 2 },
  ],
};

describe('what a scraper reads', () => {
  it('is Prometheus text, escaped', () => {
    expect(exposition([COUNTER, HISTOGRAM], 'prometheus')).toBe(
      [
        String.raw`# HELP renum_executions_finished_total Ended "well" or not,\nC:\\ and all.`,
        '# TYPE renum_executions_finished_total counter',
        String.raw`renum_executions_finished_total{outcome="say \"no\"\nnow\\"} 3`,
        '# HELP wait_seconds Waits.',
        '# TYPE wait_seconds histogram',
        'wait_seconds_bucket{le="+Inf"} 2',
        'wait_seconds_sum 0.5',
        'wait_seconds_count 2',
        '',
      ].join('\n'),
    );
  });

  it('is OpenMetrics: counters named without their suffix, an end that says so', () => {
    expect(exposition([COUNTER], 'openmetrics')).toBe(
      [
        String.raw`# HELP renum_executions_finished Ended \"well\" or not,\nC:\\ and all.`,
        '# TYPE renum_executions_finished counter',
        String.raw`renum_executions_finished_total{outcome="say \"no\"\nnow\\"} 3`,
        '# EOF',
        '',
      ].join('\n'),
    );
  });

  it('gives a counter that lacks it the suffix OpenMetrics asks for', () => {
    const odd: Family = { ...COUNTER, name: 'odd', samples: [{ suffix: '', labels: {}, value: 1 }] };
    expect(exposition([odd], 'openmetrics')).toContain('\nodd_total 1\n');
    expect(exposition([{ ...odd, type: 'untyped' }], 'openmetrics')).toContain('# TYPE odd unknown\nodd 1\n');
    expect(exposition([{ ...odd, type: 'untyped' }], 'prometheus')).toContain('# TYPE odd untyped\nodd 1\n');
  });

  it('knows infinity', () => {
    const edges = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];
    const family: Family = {
      name: 'x',
      help: '',
      type: 'gauge',
      samples: edges.map((value) => ({ suffix: '', labels: {}, value })),
    };
    expect(exposition([family], 'prometheus')).toContain('x +Inf\nx -Inf\nx NaN\n');
  });
});

describe('the format', () => {
  it.each([
    [undefined, 'prometheus'],
    ['*/*', 'prometheus'],
    ['text/plain', 'prometheus'],
    ['application/openmetrics-text', 'openmetrics'],
    ['application/openmetrics-text; version=1.0.0; charset=utf-8', 'openmetrics'],
    ['application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1', 'openmetrics'],
    ['application/openmetrics-text;q=0.2,text/plain;q=0.9', 'prometheus'],
    ['application/openmetrics-text;q=0', 'prometheus'],
    ['application/openmetrics-text;q=nonsense', 'prometheus'],
  ])('for %s is %s', (accept, format) => {
    expect(formatFor(accept)).toBe(format);
  });
});
