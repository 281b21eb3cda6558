import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Registry } from 'prom-client';
import type { Family, Sample } from './exposition.js';
import { RequestDurations } from './request-durations.js';

const TYPES = ['counter', 'gauge', 'histogram', 'summary'] as const;
const SUFFIXES = ['_bucket', '_sum', '_count'] as const;

/** Everything there is to scrape: the durations of requests, and what stands in the registry. */
@Injectable()
export class Metrics {
  constructor(
    private readonly registry: Registry,
    private readonly durations: RequestDurations,
  ) {}

  /** A figure that somebody keeps anyway: looked at when it is scraped, free in between. */
  gauge(name: string, help: string, read: () => number): void {
    const collect = function (this: Gauge): void {
      this.set(read());
    };
    new Gauge({ name, help, collect, registers: [this.registry] });
  }

  /** The same for one that only grows. */
  counter(name: string, help: string, read: () => number): void {
    const collect = function (this: Counter): void {
      this.reset();
      this.inc(read());
    };
    new Counter({ name, help, collect, registers: [this.registry] });
  }

  async families(): Promise<readonly Family[]> {
    const registered = await this.registry.getMetricsAsJSON();
    return [this.#requests(), ...registered.map(familyOf)];
  }

  #requests(): Family {
    return {
      name: 'http_server_request_duration_seconds',
      help: 'How long requests took until their answer was sent, by the pattern of their route.',
      type: 'histogram',
      samples: this.durations.samples(),
    };
  }
}

type Registered = Awaited<ReturnType<Registry['getMetricsAsJSON']>>[number];

/** The library declares its types as numbers and sends words. */
function familyOf({ name, help, type, values }: Registered): Family {
  const word = TYPES.find((known) => known === String(type)) ?? 'untyped';
  return { name, help, type: word, samples: values.map((value) => sampleOf(name, value)) };
}

function sampleOf(family: string, value: Registered['values'][number]): Sample {
  const whole = 'metricName' in value ? String(value.metricName) : family;
  const suffix = SUFFIXES.find((known) => whole === `${family}${known}`) ?? '';
  const labels: Record<string, string | number> = {};
  for (const [name, label] of Object.entries(value.labels)) if (label !== undefined) labels[name] = label;
  return { suffix, labels, value: value.value };
}
