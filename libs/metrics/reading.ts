import { Counter, Gauge, type Registry } from 'prom-client';

/** A figure that another room keeps anyway; it is looked at when somebody scrapes, and costs nothing in between. */
export interface Reading {
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter';
  read(): number;
}

export function register({ name, help, type, read }: Reading, registry: Registry): void {
  const registers = [registry];
  if (type === 'gauge') {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
    return;
  }
  new Counter({
    name,
    help,
    registers,
    collect() {
      this.reset();
      this.inc(read());
    },
  });
}
