import { CATALOGUE, catalogued } from '../../core/events/catalogue';

describe('the catalogue of events', () => {
  test.each([...CATALOGUE])('shows an example of %s that is as its schema says', (_name, type) => {
    expect(type.payload.safeParse(type.example)).toMatchObject({ success: true });
    expect(type.description).toMatch(/^[A-Z].+\.$/);
  });

  test('refuses, in tests, an event that it does not know or that says something else', () => {
    const unknown = { name: 'chat.exploded' };
    const wrong = { name: 'chat.delete' };

    expect(() => catalogued(unknown, {})).toThrow('chat.exploded');
    expect(() => catalogued(wrong, { id: 'x', by: 'y' })).toThrow('date');
    expect(() => catalogued(wrong, { id: 'x', by: 'y', date: 'z', more: 1 })).toThrow('more');
  });
});
