import 'reflect-metadata';
import { IsDefined, IsString } from 'class-validator';
import { Invalid } from '#libs/kernel/index.js';
import { readBody } from './read-body.js';
import { type FieldReader, ReadBy } from './read-by.js';

const numbers: FieldReader = (sent, path, refuse) => {
  if (!Array.isArray(sent)) return refuse(path, 'must be a list');
  return sent.map((one, index) => (typeof one === 'number' ? -one : refuse(`${path}[${index}]`, 'must be a number')));
};

class Sheet {
  @IsString() title!: string;
  @IsDefined() @ReadBy(numbers) numbers!: number[];
}

class Copy extends Sheet {}

function errorsOf(body: object): unknown {
  try {
    readBody(Sheet, body);
  } catch (error) {
    return error instanceof Invalid && error.errors;
  }
  return null;
}

describe('a field with a reader', () => {
  it.each([Sheet, Copy])('holds what the reader made of it', (shape) => {
    expect(readBody(shape, { title: 'a', numbers: [1, 2] })).toMatchObject({ title: 'a', numbers: [-1, -2] });
  });

  it('is refused together with every other field', () => {
    expect(errorsOf({ title: 1, numbers: [1, 'x', null] })).toEqual({
      title: ['must be a string'],
      'numbers[1]': ['must be a number'],
      'numbers[2]': ['must be a number'],
    });
  });

  it('is not read when it was not sent', () => {
    expect(errorsOf({ title: 'a' })).toEqual({ numbers: ['should not be null or undefined'] });
  });

  it('is looked into for what no database could keep', () => {
    class Free {
      @ReadBy((sent) => sent) anything!: unknown;
    }
    expect(() => readBody(Free, { anything: { deep: ['\0'] } })).toThrow('anything.deep[0]');
  });

  it('names a hundred mistakes at most', () => {
    expect(Object.keys(errorsOf({ title: 1, numbers: new Array(5_000).fill('x') }) as object)).toHaveLength(100);
  });
});
