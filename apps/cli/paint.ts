import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Colours a text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

export function painter(hasColour: boolean): Paint {
  return (style, text) => (hasColour ? styleText(style, text, { validateStream: false }) : text);
}

export function seconds(ms: number): string {
  return `${(Math.max(0, ms) / 1000).toFixed(1)} s`;
}

export function counted(count: number): string {
  return count.toLocaleString('en-US');
}

/** At most `width` characters, the last one saying that there was more. Control characters do not reach the terminal. */
export function clipped(text: string, width: number): string {
  const characters = Array.from(visible(text));
  return characters.length <= width ? characters.join('') : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}

/** What a model writes must not move the cursor, colour the screen or ring the bell. */
export function visible(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, '').replaceAll('\t', '  ');
}
