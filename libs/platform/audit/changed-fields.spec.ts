import { changedFields } from './changed-fields.js';

describe('changedFields', () => {
  it('names what differs, deep inside as well, as the wire writes it', () => {
    const before = { name: 'A', isActive: true, workflow: { agents: [1] }, updatedAt: 1 };
    expect(changedFields(before, { ...before, isActive: false, workflow: { agents: [2] }, updatedAt: 2 })).toEqual([
      'is_active',
      'workflow',
    ]);
  });

  it('names nothing where nothing differs', () => {
    expect(changedFields({ tools: [{ name: 'a' }] }, { tools: [{ name: 'a' }] })).toEqual([]);
  });
});
