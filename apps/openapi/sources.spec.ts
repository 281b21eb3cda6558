import ts from 'typescript';
import { readSources, type Sources } from './sources.js';
import { programOf } from './testing/program.builder.js';

const VIEWS = `
type Json = null | boolean | number | string | readonly Json[] | JsonObject;
type JsonObject = { readonly [key: string]: Json };
type Micros = number & { readonly __unit: 'micro-usd' };
interface Tool { readonly name: string }

/** What an agent is. */
export class AgentView {
  /** Made by
   * us. */
  readonly id!: string;
  readonly kind!: 'sim' | 'llm' | null;
  readonly tags!: readonly string[];
  readonly tools!: readonly Tool[];
  readonly size?: number;
  readonly isFast!: boolean;
  readonly maybe!: boolean | null;
  readonly always!: true;
  readonly level!: 1 | 2;
  readonly cost!: Micros;
  readonly pair!: readonly [string, string];
  readonly counts!: Readonly<Record<string, number>>;
  readonly extra!: JsonObject;
  readonly any!: unknown;
  readonly json!: Json;
  readonly thing!: object;
  readonly at!: Date;
  readonly nested!: { readonly deep: string } | null;
  readonly either!: string | readonly string[];
  readonly both!: { readonly a: string } & { readonly b: string };
  readonly nothing!: null;
  readonly parent!: AgentView | null;
  static of(): AgentView { return new AgentView(); }
  describe(): string { return ''; }
}

export class RichBody {
  /** As written. @as PlainView */
  workflow!: Map<string, string>;
  /** @as PlainView[] | null */
  list!: Set<string> | null;
}
export class PlainView { a!: string }
export class PageQuery { page: number = 1; sort: string = 'name'; deep: boolean = true; flat: boolean = false; tags: string[] = []; filter?: string }
`;

const CONTROLLER = `
import { AgentView, PageQuery } from './agent.views';
declare function Get(path?: string): MethodDecorator;
declare function Id(name?: string): ParameterDecorator;
declare function Param(name?: string): ParameterDecorator;
declare function Query(name?: string): ParameterDecorator;
declare function Headers(name?: string): ParameterDecorator;
declare function Body(): ParameterDecorator;
declare const Bare: ParameterDecorator;
declare class StreamableFile { bytes: number }

export class AgentsController {
  /** One agent: all of it. Also when it is old.
   * @param trace Who asks. */
  @Get(':id')
  async get(@Id() id: string, @Id('other') other: string, @Headers('x-trace') trace: string | undefined, @Headers('accept') accept: string): Promise<AgentView> { throw id + other + trace + accept; }
  /** The agents */
  @Get()
  list(@Query() query: PageQuery, @Query('q') q?: string): readonly AgentView[] { throw [query, q]; }
  @Get()
  stream(@Param('name') name: string, @Param() all: object, @Bare bare: string, @Body() body: object): Promise<StreamableFile> { throw [name, all, bare, body]; }
  text(): string { return ''; }
  nothing(): void {}
  either(): Promise<AgentView | { readonly agents: readonly AgentView[] }> { throw 1; }
}
`;

const ERRORS = `
export class AgentGone { readonly code = 'agent.gone'; readonly kind = 'gone'; }
export class Anything { readonly code: string = 'x.y'; readonly kind = 'gone'; }
`;

describe('what the source says', () => {
  let sources: Sources;
  beforeAll(() => {
    sources = readSources(
      ts,
      programOf({ '/agent.views.ts': VIEWS, '/agents.controller.ts': CONTROLLER, '/agent.errors.ts': ERRORS }),
    );
  }, 60_000);

  const field = (name: string) => Object(sources.components.get('AgentView')?.properties)[name];

  it.each<[string, object]>([
    ['id', { type: 'string', description: 'Made by us.' }],
    ['kind', { type: ['string', 'null'], enum: ['llm', 'sim', null] }],
    ['tags', { type: 'array', items: { type: 'string' } }],
    ['tools', { type: 'array', items: { $ref: '#/components/schemas/Tool' } }],
    ['size', { type: 'number' }],
    ['isFast', { type: 'boolean' }],
    ['maybe', { type: ['boolean', 'null'] }],
    ['always', { type: 'boolean' }],
    [
      'level',
      {
        anyOf: [
          { type: 'number', enum: [1] },
          { type: 'number', enum: [2] },
        ],
      },
    ],
    ['cost', { type: 'number' }],
    ['pair', { type: 'array', items: { type: 'string' } }],
    ['counts', { type: 'object', additionalProperties: { type: 'number' } }],
    ['extra', { type: 'object', additionalProperties: true }],
    ['any', {}],
    ['json', {}],
    ['thing', { type: 'object' }],
    ['at', { type: 'string', format: 'date-time' }],
    ['nested', { type: ['object', 'null'], properties: { deep: { type: 'string' } }, required: ['deep'] }],
    ['either', { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] }],
    ['both', { type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } }, required: ['a', 'b'] }],
    ['nothing', { type: 'null' }],
    ['parent', { anyOf: [{ $ref: '#/components/schemas/AgentView' }, { type: 'null' }] }],
  ])('of a field: %s', (name, schema) => {
    expect(field(name)).toEqual(schema);
  });

  it('of a class: its comment, its fields, and which of them are always there', () => {
    const view = sources.components.get('AgentView');
    expect(view?.description).toBe('What an agent is.');
    expect(view?.required).not.toContain('size');
    expect(view?.required).toContain('id');
    expect(view?.properties).not.toHaveProperty('describe');
  });

  it('of a field that is richer inside than on the wire', () => {
    expect(sources.components.get('RichBody')?.properties).toEqual({
      workflow: { $ref: '#/components/schemas/PlainView', description: 'As written.' },
      list: { type: ['array', 'null'], items: { $ref: '#/components/schemas/PlainView' } },
    });
  });

  it('of a default: the field may be left out', () => {
    const query = sources.components.get('PageQuery');
    expect(query?.properties).toMatchObject({
      page: { default: 1 },
      sort: { default: 'name' },
      deep: { default: true },
      flat: { default: false },
    });
    expect(query?.required).toEqual(['tags']);
  });

  it('of a handler: its first sentence, all of it, what it takes and what it gives', () => {
    expect(sources.handlers.get('AgentsController.get')).toEqual({
      summary: 'One agent: all of it',
      description: 'One agent: all of it. Also when it is old.',
      answer: { $ref: '#/components/schemas/AgentView' },
      parameters: [
        { in: 'path', name: 'id', schema: { type: 'string', format: 'uuid' } },
        { in: 'path', name: 'other', schema: { type: 'string', format: 'uuid' } },
        { in: 'header', name: 'x-trace', schema: { type: 'string' }, description: 'Who asks.' },
      ],
    });
    expect(sources.handlers.get('AgentsController.list')).toMatchObject({
      summary: 'The agents',
      answer: { type: 'array', items: { $ref: '#/components/schemas/AgentView' } },
      parameters: [
        { in: 'query', all: 'PageQuery' },
        { in: 'query', name: 'q', schema: { type: 'string' } },
      ],
    });
    expect(sources.handlers.get('AgentsController.stream')).toMatchObject({
      summary: '',
      answer: null,
      parameters: [{ in: 'path', name: 'name' }],
    });
    expect(sources.handlers.get('AgentsController.text')?.answer).toBeNull();
    expect(sources.handlers.get('AgentsController.nothing')?.answer).toBeNull();
    expect(sources.handlers.get('AgentsController.either')?.answer).toMatchObject({
      anyOf: [{ $ref: '#/components/schemas/AgentView' }, { type: 'object', required: ['agents'] }],
    });
  });

  it('of a refusal: its code and kind, where they are constants', () => {
    expect([...sources.refusals]).toEqual([['AgentGone', { code: 'agent.gone', kind: 'gone' }]]);
  });

  it('refuses two types of one name, and a name that nobody bears', () => {
    const twice = {
      '/a.views.ts': 'export class AView { b!: B } interface B { x: 1 } export {}',
      '/b.views.ts': 'export class CView { b!: B } interface B { y: 2 } export {}',
    };
    expect(() => readSources(ts, programOf(twice))).toThrow('Two types are called B');
    expect(() =>
      readSources(ts, programOf({ '/a.views.ts': 'export class AView {\n/** @as Nobody */\nb!: string }' })),
    ).toThrow('b is told as Nobody, which is not there.');
  }, 60_000);
});
