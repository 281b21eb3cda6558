import { HeldLines } from './output.js';

describe('held lines', () => {
  it('come behind the first line, in their order, and what is written later at once', () => {
    const lines: string[] = [];
    const held = new HeldLines({ write: (line) => void lines.push(line) });
    held.write('a warning');
    held.write('another');
    expect(lines).toEqual([]);
    held.release('renum listening');
    held.write('later');
    expect(lines).toEqual(['renum listening', 'a warning', 'another', 'later']);
  });

  it('are not lost when there is no first line, and never said twice', () => {
    const lines: string[] = [];
    const held = new HeldLines({ write: (line) => void lines.push(line) });
    held.write('why it failed');
    held.release();
    held.release();
    expect(lines).toEqual(['why it failed']);
  });
});
