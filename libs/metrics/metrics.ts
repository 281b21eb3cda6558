import { Injectable } from '@nestjs/common';
import { Registry } from 'prom-client';
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
