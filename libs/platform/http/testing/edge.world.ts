import { Readable } from 'node:stream';
import {
  Body,
  Controller,
  Get,
  Global,
  HttpCode,
  Module,
  Param,
  Post,
  Query,
  Res,
  StreamableFile,
  type Type,
} from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Type as Nested } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import type { FastifyReply } from 'fastify';
import { type ActorRef, AppError, newId, type Permission } from '#libs/kernel/index.js';
import { Audit } from '#libs/platform/audit/index.js';
import { ListedAudit } from '#libs/platform/audit/testing/listed.audit.js';
import {
  Actor,
  Allow,
  Authenticator,
  type Claim,
  type Credential,
  createHttpApp,
  Gate,
  type HttpOptions,
  Id,
  type IdempotencyKey,
  IdempotencyStore,
  Idempotent,
  NoStore,
  newResourceId,
  Public,
  type StoredAnswer,
  Uncounted,
} from '../index.js';
import { OpenGate } from './open.gate.js';

export const ADA: ActorRef = { id: '0197b3a0-0000-7000-8000-000000000001', email: 'ada@example.com', role: 'user' };

/** Knows two tokens; `slow:` before a token makes the answer a promise. */
export class TwoPeople extends Authenticator {
  authenticate({ token }: Credential): ActorRef | null | Promise<ActorRef | null> {
    const actor = token.endsWith('ada') ? ADA : token.endsWith('root') ? { ...ADA, role: 'admin' as const } : null;
    return token.startsWith('slow:') ? Promise.resolve(actor) : actor;
  }
  permits(actor: ActorRef, permission: Permission): boolean {
    return actor.role === 'admin' || permission.startsWith('note:');
  }
}

export class MemoryOfKeys extends IdempotencyStore {
  readonly rows = new Map<string, { hash: string; id: string; busy: boolean; answer?: StoredAnswer }>();
  broken = false;
  async claim({ scope, key }: IdempotencyKey, hash: string): Promise<Claim> {
    const row = this.rows.get(scope + key);
    if (row && row.hash !== hash) return { kind: 'reused' };
    if (row?.answer) return { kind: 'replay', answer: row.answer };
    if (row?.busy) return { kind: 'busy' };
    const id = row?.id ?? newId();
    this.rows.set(scope + key, { hash, id, busy: true });
    return { kind: 'fresh', resourceId: id };
  }
  async complete({ scope, key }: IdempotencyKey, answer: StoredAnswer): Promise<void> {
    if (this.broken) throw new Error('the disk is full');
    const row = this.rows.get(scope + key);
    if (row) this.rows.set(scope + key, { ...row, busy: false, answer });
  }
  async release({ scope, key }: IdempotencyKey, keepId: boolean): Promise<void> {
    const row = this.rows.get(scope + key);
    if (row && keepId) row.busy = false;
    else this.rows.delete(scope + key);
  }
}

class MemberBody {
  @IsString() agent_id!: string;
}

class WorkflowBody {
  @IsArray() @ValidateNested() @Nested(() => MemberBody) agents!: MemberBody[];
}

class NoteBody {
  @Length(1, 100) title!: string;
  @IsOptional() @IsInt() stars?: number;
  @IsOptional() @IsObject() extra?: object;
  @IsOptional() @ValidateNested() @Nested(() => WorkflowBody) workflow?: WorkflowBody;
}

class NotesQuery {
  @IsInt() @Min(1) page: number = 1;
  @IsInt() @Max(100) limit: number = 10;
  @IsBoolean() active_only: boolean = true;
  @IsOptional() @IsString() name_filter?: string;
  @IsOptional() @IsArray() @IsIn(['a', 'b', 'c'], { each: true }) log_types?: string[];
}

class NoteTaken extends AppError {
  readonly code = 'note.taken';
  readonly kind = 'conflict';
}

class Crowded extends AppError {
  readonly code = 'note.crowded';
  readonly kind = 'unavailable';
}

@Controller('notes')
export class NotesController {
  static made: string[] = [];
  static gate: Promise<void> = Promise.resolve();

  @Get()
  @Allow('note:read')
  list(@Query() query: NotesQuery) {
    return query;
  }

  @Get('me')
  @Allow('note:read', { queryToken: true })
  me(@Actor() actor: ActorRef) {
    return actor;
  }

  @Get('pulse')
  @Public()
  @Uncounted()
  pulse() {
    return {};
  }

  @Get('maybe')
  @Public({ identify: true })
  maybe(@Actor() actor: ActorRef | null) {
    return { email: actor?.email ?? null };
  }

  @Get('long')
  @Allow('note:read')
  long() {
    return { text: 'what is said twice is packed well. '.repeat(100) };
  }

  @Get('stream')
  @Public()
  stream(@Query('type') type: string) {
    return new StreamableFile(Readable.from([Buffer.from('x'.repeat(3_000))]), { type });
  }

  @Get('long-token')
  @Allow('note:read')
  @NoStore()
  longToken() {
    return { token: 't'.repeat(3_000) };
  }

  @Get('token')
  @Allow('note:read')
  @NoStore()
  token() {
    return { token: 't' };
  }

  @Get('of/:name')
  @Public()
  named(@Param('name') name: string, @Query('size') size: number, @Query('deep') deep: boolean) {
    return { name, size: size ?? null, deep: deep ?? null };
  }

  @Get('admin')
  @Allow('house:rule')
  admin() {
    return {};
  }

  @Get(':id')
  @Allow('note:read')
  one(@Id() id: string) {
    return { id };
  }

  @Post()
  @Allow('note:write')
  @Idempotent()
  async create(@Body() body: NoteBody, @Res({ passthrough: true }) reply: FastifyReply) {
    const id = newResourceId();
    NotesController.made.push(id);
    await NotesController.gate;
    if (body.title === 'taken') throw new NoteTaken('This title is taken.');
    if (body.title === 'boom') throw new Error('select * from secret at /home/x');
    if (body.title === 'crowded') throw new Crowded('Come back later.');
    reply.header('location', `/notes/${id}`);
    return Object.assign(body, { id, second: newResourceId() === id });
  }

  @Post('stop')
  @HttpCode(200)
  @Allow('note:write')
  stop() {
    return { success: true };
  }

  @Post('raw')
  @HttpCode(200)
  @Public()
  raw(@Body() body: unknown) {
    return { body };
  }
}

export async function edge(
  options: Partial<HttpOptions> = {},
  controllers: Type[] = [NotesController],
): Promise<{ app: NestFastifyApplication; keys: MemoryOfKeys; audit: ListedAudit; gate: OpenGate; url: string }> {
  const keys = new MemoryOfKeys();
  const audit = new ListedAudit();
  const gate = new OpenGate();
  @Global()
  @Module({
    controllers,
    providers: [
      { provide: Authenticator, useClass: TwoPeople },
      { provide: IdempotencyStore, useValue: keys },
      { provide: Audit, useValue: audit },
      { provide: Gate, useValue: gate },
    ],
  })
  class World {}
  const app = await createHttpApp(World, { corsOrigins: ['https://ui.example'], logger: false, ...options });
  await app.listen(0, '127.0.0.1');
  return { app, keys, audit, gate, url: await app.getUrl() };
}
