import { isJsonObject, type Json, type JsonObject } from '#libs/kernel/index.js';
import type { Reducer } from './plan.js';
import { put } from './put.js';
import { listOf, reduced } from './reduce.js';

/**
 * What becomes of variables while a whole journal is read, the same as by `reduced`, but at the price of what is written:
 * lists and objects that it has made itself grow in place. Nobody may keep a value from in between.
 */
export class Growth {
  readonly #lists = new Map<string, Json[]>();
  readonly #objects = new Map<string, Record<string, Json>>();

  grown(name: string, reducer: Reducer, before: Json | undefined, written: Json): Json {
    if (reducer === 'append' && before !== undefined) return this.#appended(name, before, written);
    if (reducer === 'merge' && isJsonObject(before) && isJsonObject(written))
      return this.#merged(name, before, written);
    return reduced(reducer, before, written);
  }

  #appended(name: string, before: Json, written: Json): Json {
    const own = this.#lists.get(name);
    const list = own !== undefined && own === before ? own : [...listOf(before)];
    this.#lists.set(name, list);
    list.push(written);
    return list;
  }

  #merged(name: string, before: JsonObject, written: JsonObject): Json {
    const own = this.#objects.get(name);
    const object = own !== undefined && own === before ? own : { ...before };
    this.#objects.set(name, object);
    for (const [key, value] of Object.entries(written)) put(object, key, value);
    return object;
  }
}
