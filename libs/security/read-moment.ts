// Invariant: a moment without a zone is UTC, and a day named as an end is part of what was asked for.

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})?$/;
const ZONE = /(?:Z|[+-]\d{2}:\d{2})$/;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Milliseconds since 1970 of an ISO 8601 day or moment; null for anything else, February 30th included. */
export function readMoment(text: string): number | null {
  const isDay = DAY.test(text);
  if (!isDay && !MOMENT.test(text)) return null;
  const at = Date.parse(isDay || ZONE.test(text) ? text : `${text}Z`);
  // `Date.parse` rolls days that do not exist over into the next month.
  const day = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  return Number.isNaN(at) || day.getUTCDate() !== Number(text.slice(8, 10)) ? null : at;
}

/** The first moment behind what `text` names: a whole day, or the moment itself and its millisecond. */
export function readEnd(text: string): number | null {
  const at = readMoment(text);
  return at === null ? null : at + (DAY.test(text) ? DAY_MS : 1);
}
