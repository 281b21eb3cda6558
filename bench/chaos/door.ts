/** Where the server of the moment is found; shut while there is none. */
export class Door {
  #url: string | null = null;
  #waiting: ((url: string) => void)[] = [];

  /** At once while it is open, else as soon as the next server is ready. */
  url(): Promise<string> {
    if (this.#url !== null) return Promise.resolve(this.#url);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  open(url: string): void {
    this.#url = url;
    for (const resolve of this.#waiting.splice(0)) resolve(url);
  }

  shut(): void {
    this.#url = null;
  }
}
