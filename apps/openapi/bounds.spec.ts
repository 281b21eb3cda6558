import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayNotEmpty,
  ArrayUnique,
  IsIn,
  IsInt,
  IsISO8601,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
} from 'class-validator';
import { bounded } from './bounds.js';
import type { Schema } from './schema.js';

class Body {
  @IsString() @Length(1, 100) @Matches(/^\S+$/) name!: string;
  @MinLength(2) @MaxLength(3) code!: string;
  @Length(5) long!: string;
  @Matches(/x/i) loose!: string;
  @IsOptional() @IsInt() @Min(1) @Max(5) size?: number | null;
  @IsIn(['a', 'b']) kind!: string | null;
  @IsUUID() id!: string;
  @IsISO8601() at!: string;
  @ArrayNotEmpty()
  @ArrayMaxSize(3)
  @ArrayUnique()
  @IsString({ each: true })
  @MaxLength(9, { each: true })
  tags!: string[];
  @ArrayMinSize(2) pairs!: string[];
  @IsString() inherited!: string;
}

const text: Schema = { type: 'string' };
const list: Schema = { type: 'array', items: text };
const NAMES = ['name', 'code', 'long', 'loose', 'size', 'kind', 'id', 'at', 'tags', 'pairs'];
const SCHEMA: Schema = {
  type: 'object',
  properties: {
    name: text,
    code: text,
    long: text,
    loose: text,
    size: { type: ['number', 'null'] },
    kind: { type: ['string', 'null'] },
    id: text,
    at: text,
    tags: list,
    pairs: list,
  },
  required: NAMES,
};

describe('the bounds of a body', () => {
  it('are those of its validation', () => {
    expect(bounded(SCHEMA, Body)).toEqual({
      type: 'object',
      properties: {
        name: { type: 'string', minLength: 1, maxLength: 100, pattern: '^\\S+$' },
        code: { type: 'string', minLength: 2, maxLength: 3 },
        long: { type: 'string', minLength: 5 },
        loose: { type: 'string' },
        size: { type: ['integer', 'null'], minimum: 1, maximum: 5 },
        kind: { type: ['string', 'null'], enum: ['a', 'b', null] },
        id: { type: 'string', format: 'uuid' },
        at: { type: 'string', format: 'date-time' },
        tags: { type: 'array', items: { type: 'string', maxLength: 9 }, minItems: 1, maxItems: 3, uniqueItems: true },
        pairs: { type: 'array', items: { type: 'string' }, minItems: 2 },
      },
      required: NAMES.filter((name) => name !== 'size'),
    });
  });

  it('leave out what is required when nothing is', () => {
    class Free {
      @IsOptional() @IsIn(['x']) name?: string;
    }
    expect(bounded({ type: 'object', properties: { name: text }, required: ['name'] }, Free)).toEqual({
      type: 'object',
      properties: { name: { type: 'string', enum: ['x'] } },
    });
  });
});
