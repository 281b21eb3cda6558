const HIDDEN = '[redacted]';

/** Names that say that a secret follows, wherever they stand. */
const STRONG = String.raw`(?:[\w-]*(?:token|api[_-]?key|secret|password|passwd|passphrase|session)|authorization|cookie|jwt)`;
/** Names that say so only inside the query of a URL. */
const WEAK = '(?:key|code|sig|signature|auth)';

/** A token begins where a word begins, also behind the `\\n` of a text that was turned into JSON before. */
const START = String.raw`(?:(?<![A-Za-z0-9])|(?<=\\[bfnrt]))`;
const PREFIX = 'sk-|rnm_|github_pat_|gh[opsur]_|glpat-|xox[abeprs]-|whsec_|hf_|[prs]k_(?:live|test)_';

/**
 * What known secrets look like. Each reads a text once: where a pattern fails behind a run of characters, it does not begin
 * again inside that run.
 */
const PATTERNS: readonly (readonly [RegExp, string | Replacement])[] = [
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----.*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/gs, HIDDEN],
  // The whole word is taken, and left as it is where no second part follows.
  [/eyJ[\w-]{8,}(\.[\w-]{4,}(?:\.[\w-]*)?)?/g, (word, rest) => (rest === undefined ? word : HIDDEN)],
  [new RegExp(String.raw`${START}(?:${PREFIX})[\w+/=-]{8,}`, 'g'), HIDDEN],
  [new RegExp(String.raw`${START}(?:AKIA[0-9A-Z]{16}|AIza[\w-]{30,})`, 'g'), HIDDEN],
  [/(Bearer)\s+[\w.~+/=-]{6,}/gi, `$1 ${HIDDEN}`],
  [/(Basic)\s+(?=[A-Za-z+/]*[\d=])[\w+/=-]{6,}/gi, `$1 ${HIDDEN}`],
  [new RegExp(String.raw`((?:[?&]|%3f|%26)${WEAK}(?:=|%3d))[^&\s"'<>#]+`, 'gi'), `$1${HIDDEN}`],
  [new RegExp(String.raw`(?<![\w-])(${STRONG}(?:=|%3d))[^&;,\s"'<>#)]+`, 'gi'), `$1${HIDDEN}`],
  [new RegExp(String.raw`((?<!\\)\\*"${STRONG}\\*"\s{0,8}:\s{0,8}\\*")[^"\\]+`, 'gi'), `$1${HIDDEN}`],
  [/\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@:"']*:[^\s/@"']+@/gi, `$1${HIDDEN}@`],
];

type Replacement = (found: string, part: string | undefined) => string;

/** The text without what looks like a token, key or password. Says too much rather than too little hidden. */
export function scrub(text: string): string {
  return PATTERNS.reduce((rest, [pattern, replacement]) => replaced(rest, pattern, replacement), text);
}

function replaced(text: string, pattern: RegExp, by: string | Replacement): string {
  return typeof by === 'string' ? text.replaceAll(pattern, by) : text.replaceAll(pattern, by);
}
