/** Names are given by agents and users: `__proto__` is one like any other. */
export function put<T>(record: Record<string, T>, key: string, value: T): void {
  if (key === '__proto__') Object.defineProperty(record, key, { ...OWN, value });
  else record[key] = value;
}

const OWN = { configurable: true, enumerable: true, writable: true };
