/** As in package.json; a constant, so that no start has to read a file. */
export const VERSION = '0.1.0';
