import { ADA, TEAM } from './cast.js';
import type { Examples } from './illustrate.js';

const document = { openapi: '3.1.0', info: { title: 'Renum', version: '0.1.0' }, paths: { '/livez': {} } };

/** What is there to operate a server, and to find one's way in it. */
export const OPERATING_EXAMPLES: Examples = {
  frontDoorWelcome: {
    answer: {
      name: 'renum',
      version: '0.1.0',
      links: { docs: '/docs', openapi: '/openapi.json', api: '/api/v1', health: '/health' },
    },
  },
  docsDocument: { answer: document },
  docsSameDocument: { answer: document },
  docsPage: { answer: '<!doctype html>\n<html lang="en">…</html>\n' },
  docsFile: { path: { file: 'docs.js' }, answer: "SwaggerUIBundle({ url: '/openapi.json', … });\n" },
  probesLive: { answer: 'ok\n' },
  probesStartup: { answer: 'ok\n' },
  probesReady: { answer: 'ok\n' },
  probesOne: { path: { check: 'database' }, answer: 'ok\n' },
  healthHealth: { answer: { status: 'ok', version: '0.1.0' } },
  healthDependencies: {
    answer: {
      status: 'degraded',
      checked_at: '2026-11-22T10:20:00.000Z',
      database: {
        mode: 'embedded',
        reason: null,
        lost: [],
        kept: ['everything that was answered, across restarts, crashes and power cuts'],
      },
      missing: [],
      conflicts: [],
      recommendations: ['Make room on that disk.'],
      dependencies: [
        {
          id: 'disk',
          needed: 'to-execute',
          required: '1024 MiB free',
          found: '614 MiB free',
          status: 'degraded',
          because: 'Only 614 MiB are free on the disk of the data folder.',
          impact: 'Soon nothing more can be recorded.',
          fix: ['Make room on that disk.', 'Shorten RENUM_RETENTION_DAYS.', 'Move the data folder to a larger disk.'],
          evidence: { free_mib: 614, size_mib: 20_480 },
          since: '2026-11-22T09:00:00.000Z',
        },
      ],
    },
  },
  metricsScrape: {
    answer: [
      '# HELP renum_executions_finished_total Executions that ended, by outcome.',
      '# TYPE renum_executions_finished_total counter',
      'renum_executions_finished_total{outcome="completed"} 1',
      '',
    ].join('\n'),
  },
  auditList: {
    answer: {
      items: [
        {
          seq: 1042,
          at: '2026-11-22T09:40:00.000Z',
          event_type: 'team.created',
          entity_type: 'team',
          entity_id: TEAM,
          actor_type: 'user',
          actor_id: ADA,
          outcome: 'succeeded',
          ip: '203.0.113.7',
          request_id: 'J5BHgc_3SXQ7-1',
          details: null,
        },
      ],
      total: 1,
      page: 1,
      limit: 50,
      pages: 1,
    },
  },
};
