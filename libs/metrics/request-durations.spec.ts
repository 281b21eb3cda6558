import { RequestDurations } from './request-durations.js';

function valueIn(durations: RequestDurations, suffix: string, labels: Record<string, string>): number | undefined {
  return durations
    .samples()
    .find(
      (sample) =>
        sample.suffix === suffix && Object.entries(labels).every(([name, value]) => sample.labels[name] === value),
    )?.value;
}

describe('durations of requests', () => {
  it('counts into every bucket from its own upwards, the boundary included', () => {
    const durations = new RequestDurations();
    for (const seconds of [0.004, 0.2, 0.21, 99]) durations.observe('/x', 'GET', 200, seconds);
    expect(valueIn(durations, '_bucket', { le: '0.005' })).toBe(1);
    expect(valueIn(durations, '_bucket', { le: '0.1' })).toBe(1);
    expect(valueIn(durations, '_bucket', { le: '0.2' })).toBe(2);
    expect(valueIn(durations, '_bucket', { le: '0.25' })).toBe(3);
    expect(valueIn(durations, '_bucket', { le: '10' })).toBe(3);
    expect(valueIn(durations, '_bucket', { le: '+Inf' })).toBe(4);
    expect(valueIn(durations, '_count', {})).toBe(4);
    expect(valueIn(durations, '_sum', {})).toBeCloseTo(99.414);
  });

  it('keeps routes, methods and statuses apart', () => {
    const durations = new RequestDurations();
    durations.observe('/x', 'GET', 200, 1);
    durations.observe('/x', 'GET', 404, 1);
    durations.observe('/x', 'POST', 200, 1);
    durations.observe('/y', 'GET', 200, 1);
    expect(durations.samples().filter(({ suffix }) => suffix === '_count')).toHaveLength(4);
  });

  it('cannot be made to grow by who asks for what is not there', () => {
    const durations = new RequestDurations();
    for (let i = 0; i < 100; i++) durations.observe(undefined, `M${i}`, 404, 1);
    const counts = durations.samples().filter(({ suffix }) => suffix === '_count');
    expect(counts).toEqual([
      {
        suffix: '_count',
        labels: { http_route: 'unknown', http_request_method: '_OTHER', http_response_status_code: '404' },
        value: 100,
      },
    ]);
  });
});
