import { Gate } from './gate.js';

describe('Gate', () => {
  const gate = () => new Gate(2, 2, () => new Error('full'));

  it('runs no more than its width at once, in the order of coming, and turns away beyond its patience', async () => {
    const doors: (() => void)[] = [];
    const began: number[] = [];
    const one = gate();
    const work = (n: number) =>
      one.run(() => {
        began.push(n);
        return new Promise<number>((resolve) => doors.push(() => resolve(n)));
      });
    const works = [0, 1, 2, 3].map(work);
    await expect(work(4)).rejects.toThrow('full');
    expect(began).toEqual([0, 1]);
    doors[1]?.();
    expect(await works[1]).toBe(1);
    while (began.length < 3) await new Promise(setImmediate);
    expect(began).toEqual([0, 1, 2]);
    doors[0]?.();
    while (began.length < 4) await new Promise(setImmediate);
    doors[2]?.();
    doors[3]?.();
    expect(await Promise.all(works)).toEqual([0, 1, 2, 3]);
  });

  it('opens again after a failure', async () => {
    const one = gate();
    for (let n = 0; n < 5; n += 1) await expect(one.run(() => Promise.reject(new Error('x')))).rejects.toThrow('x');
    expect(await one.run(() => Promise.resolve('fine'))).toBe('fine');
  });
});
