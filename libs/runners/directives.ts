import { isJsonObject, type Json, type JsonObject } from '#libs/kernel/index.js';

/**
 * The little language of the simulated model: `[[name]]` or `[[name:argument]]` inside a text. What is not exactly a
 * directive stays text, character by character. Reading is linear in the length of the text, whatever it holds.
 */
export type Directive =
  | { readonly name: 'sleep'; readonly delayMs: number }
  /** What the model answers instead of its input: plain text, or the source of one JSON value. */
  | { readonly name: 'answer'; readonly text: string }
  /** Uses a tool before it answers: `[[call:name {…}]]`. */
  | { readonly name: 'call'; readonly tool: string; readonly input: JsonObject }
  /** Fails the first `attempts` attempts; Infinity: every one. */
  | { readonly name: 'fail'; readonly attempts: number }
  | { readonly name: 'error'; readonly code: SimulatedError }
  | { readonly name: 'tokens'; readonly tokensIn: number; readonly tokensOut: number }
  | { readonly name: 'cost'; readonly usd: number };

export type SimulatedError = 'timeout' | 'rate_limit' | 'invalid' | 'network';

export interface ReadText {
  /** The text without its directives; nothing else is touched, no space is trimmed. */
  readonly text: string;
  /** In the order of the text. */
  readonly directives: readonly Directive[];
}

/** A directive, or (null) what only looked like one, and where the reading goes on. */
interface Found {
  readonly directive: Directive | null;
  readonly end: number;
}

/** Nine digits of milliseconds are eleven days, which every timer can hold. */
const SIMPLE = new RegExp(
  String.raw`\[\[(?:(?<fail>fail)(?::(?<attempts>\d{1,9}))?` +
    String.raw`|sleep:(?<delayMs>\d{1,9})` +
    '|error:(?<code>timeout|rate_limit|invalid|network)' +
    String.raw`|tokens:(?<tokensIn>\d{1,9}), ?(?<tokensOut>\d{1,9})` +
    String.raw`|cost:(?<usd>\d{1,6}(?:\.\d{1,12})?))\]\]`,
  'y',
);
const SAY = '[[say:';
const JSON_VALUE = '[[json:';
const CALL = /\[\[call:(?<tool>[\w-]{1,128}) (?=\{)/y;
const NOTHING: readonly Directive[] = [];

export function readDirectives(text: string): ReadText {
  const lastClose = text.lastIndexOf(']]');
  if (lastClose === -1) return { text, directives: NOTHING };

  const kept: string[] = [];
  const directives: Directive[] = [];
  let keptUpTo = 0;
  let jsonCloses = true;

  for (let at = text.indexOf('[['); at !== -1 && at < lastClose; ) {
    const opened = jsonOpenedAt(text, at);
    const found = opened ? (jsonCloses ? jsonAt(text, opened) : null) : (sayAt(text, at) ?? simpleAt(text, at));
    // A JSON value without end reaches to the end of the text: looking for further ones would only cost time.
    if (opened && !found) jsonCloses = false;
    if (found?.directive) {
      kept.push(text.slice(keptUpTo, at));
      directives.push(found.directive);
      keptUpTo = found.end;
    }
    at = text.indexOf('[[', found?.end ?? at + 1);
  }
  kept.push(text.slice(keptUpTo));
  return { text: kept.join(''), directives };
}

function sayAt(text: string, at: number): Found | null {
  if (!text.startsWith(SAY, at)) return null;
  const close = text.indexOf(']]', at + SAY.length);
  return { directive: { name: 'answer', text: text.slice(at + SAY.length, close) }, end: close + 2 };
}

/** A directive that holds one JSON value: where that begins, and for which tool it is, if any. */
interface OpenedJson {
  readonly from: number;
  readonly tool: string | undefined;
}

function jsonOpenedAt(text: string, at: number): OpenedJson | null {
  if (text.startsWith(JSON_VALUE, at)) return { from: at + JSON_VALUE.length, tool: undefined };
  CALL.lastIndex = at;
  const call = CALL.exec(text);
  return call ? { from: CALL.lastIndex, tool: call.groups?.tool } : null;
}

function jsonAt(text: string, { from, tool }: OpenedJson): Found | null {
  const close = closeOfJson(text, from);
  if (close === -1) return null;
  const source = text.slice(from, close).trim();
  const value = jsonIn(source);
  const end = close + 2;
  if (value === undefined) return { directive: null, end };
  if (tool === undefined) return { directive: { name: 'answer', text: source }, end };
  return { directive: isJsonObject(value) ? { name: 'call', tool, input: value } : null, end };
}

/** Where the brackets behind one JSON value begin: those within its strings and arrays do not count. */
function closeOfJson(text: string, from: number): number {
  let depth = 0;
  let quoted = false;
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (quoted) {
      if (char === '\\') at++;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === '{' || char === '[') depth++;
    else if (depth > 0 && (char === '}' || char === ']')) depth--;
    else if (char === ']' && text[at + 1] === ']') return at;
  }
  return -1;
}

function simpleAt(text: string, at: number): Found | null {
  SIMPLE.lastIndex = at;
  const is = SIMPLE.exec(text)?.groups;
  return is ? { directive: simpleOf(is), end: SIMPLE.lastIndex } : null;
}

function simpleOf(is: Readonly<Record<string, string | undefined>>): Directive {
  if (is.fail) return { name: 'fail', attempts: Number(is.attempts ?? Number.POSITIVE_INFINITY) };
  if (is.delayMs) return { name: 'sleep', delayMs: Number(is.delayMs) };
  if (is.tokensIn) return { name: 'tokens', tokensIn: Number(is.tokensIn), tokensOut: Number(is.tokensOut) };
  if (is.usd) return { name: 'cost', usd: Number(is.usd) };
  return { name: 'error', code: codeOf(is.code) };
}

function codeOf(text: string | undefined): SimulatedError {
  return text === 'timeout' || text === 'rate_limit' || text === 'invalid' ? text : 'network';
}

function jsonIn(source: string): Json | undefined {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}
