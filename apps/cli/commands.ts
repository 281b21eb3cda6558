import type { Command } from './command.js';
import { demo } from './demo.command.js';

/** In the order of the help. */
export const COMMANDS: readonly Command[] = [demo];
