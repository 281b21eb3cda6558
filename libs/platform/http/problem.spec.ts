import { BadRequestException, HttpException, NotFoundException, ServiceUnavailableException } from '@nestjs/common';
import { AppError, type ErrorKind, Invalid } from '#libs/kernel/index.js';
import { problemOf, refusalOf, STATUS } from './problem.js';

class Said extends AppError {
  readonly code = 'thing.said';
  constructor(
    readonly kind: ErrorKind,
    retryAfterSeconds?: number,
  ) {
    super('Plain words.', retryAfterSeconds === undefined ? {} : { retryAfterSeconds });
  }
}

describe('refusalOf', () => {
  it.each(Object.entries(STATUS))('turns the kind %s into %d', (kind, status) => {
    expect(refusalOf(new Said(kind as ErrorKind))).toMatchObject({
      status,
      code: 'thing.said',
      detail: 'Plain words.',
    });
  });

  it('always says when to come back after 429 and 503, in whole seconds', () => {
    expect(refusalOf(new Said('limited')).retryAfterSeconds).toBe(1);
    expect(refusalOf(new Said('unavailable', 0.2)).retryAfterSeconds).toBe(1);
    expect(refusalOf(new Said('unavailable', 7.5)).retryAfterSeconds).toBe(8);
    expect(refusalOf(new ServiceUnavailableException('pool of db-7 is empty'))).toMatchObject({
      status: 503,
      retryAfterSeconds: 5,
      detail: 'The service is not available right now.',
    });
    expect(refusalOf({ statusCode: 429 }).retryAfterSeconds).toBe(1);
  });

  it('passes on a sentence of our own and no words of the framework', () => {
    expect(refusalOf(new BadRequestException('Name a year.')).detail).toBe('Name a year.');
    expect(refusalOf(new HttpException('FST_ERR at /srv/x', 400, { cause: new Error('x') })).detail).toBe(
      'The request is malformed.',
    );
    expect(refusalOf(new NotFoundException('Cannot GET /x?token=t')).detail).toBe('There is no such route.');
    expect(refusalOf(new HttpException({ reason: 1 }, 418))).toMatchObject({ status: 418, code: 'request.http-418' });
    expect(refusalOf(new HttpException({ reason: 1 }, 499)).detail).toBe('The request failed.');
  });

  it('calls everything else our fault', () => {
    for (const thrown of [
      new Error('x'),
      'text',
      null,
      { statusCode: 'x' },
      { statusCode: 502 },
      new HttpException('x', 500),
    ]) {
      expect(refusalOf(thrown)).toMatchObject({ status: 500, code: 'server.error', fault: thrown });
    }
  });
});

describe('problemOf', () => {
  it('says for validation what older clients look for', () => {
    expect(problemOf(refusalOf(new Invalid({ name: ['must not be empty'] })), '/teams', 'r1')).toEqual({
      type: 'urn:renum:request.invalid',
      title: 'Unprocessable Entity',
      status: 422,
      detail: 'name must not be empty',
      instance: '/teams',
      code: 'request.invalid',
      message: 'Validation failed',
      errors: { name: ['must not be empty'] },
      trace_id: 'r1',
    });
  });
});
