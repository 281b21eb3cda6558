import { isJsonObject, type Json } from '#libs/kernel/index.js';

/** Whether a value written as JSON has more characters than `most`, found out without writing more than that. */
export function isLongerThan(most: number, value: Json): boolean {
  return rest(most, value) < 0;
}

/** What is left of the room; below 0: there was too little. Counts a comma too many. */
function rest(room: number, value: Json): number {
  if (Array.isArray(value)) {
    let left = room - 2;
    for (const one of value) {
      if (left < 0) break;
      left = rest(left - 1, one);
    }
    return left;
  }
  if (!isJsonObject(value)) return room - JSON.stringify(value).length;
  let left = room - 2;
  for (const [key, one] of Object.entries(value)) {
    if (left < 0) break;
    left = rest(left - 4 - key.length, one);
  }
  return left;
}
