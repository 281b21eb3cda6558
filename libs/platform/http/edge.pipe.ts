import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { NotHere } from './http.errors.js';
import { readBody, refuse } from './read-body.js';
import { readParameter, readQuery } from './read-query.js';
import { isStorable, unstorable } from './text.js';

const PLAIN = new Set<unknown>([undefined, Object, String, Number, Boolean, Array]);

/** Turns what came over the wire into what the handler's parameters declare, or names every field that is wrong. */
@Injectable()
export class EdgePipe implements PipeTransform {
  transform(value: unknown, { type, metatype, data }: ArgumentMetadata): unknown {
    if (type === 'body') {
      if (metatype && !PLAIN.has(metatype) && !data) return readBody(metatype, value);
      refuse(unstorable(value, data ?? ''));
    } else if (type === 'query') {
      if (data) return readParameter(data, value, metatype);
      if (metatype && !PLAIN.has(metatype)) return readQuery(metatype, Object(value));
    } else if (type === 'param' && typeof value === 'string' && !isStorable(value)) {
      throw new NotHere();
    }
    return value;
  }
}
