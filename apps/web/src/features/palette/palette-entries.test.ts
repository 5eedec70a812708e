import { expect, test } from 'bun:test';
import { fits } from './palette-entries.ts';

test('an action is found by any part of its name, without its accents or capitals', () => {
  expect(fits('Añadir un vídeo', 'video')).toBe(true);
  expect(fits('Ir a la cola', ' COLA ')).toBe(true);
  expect(fits('Ir a la cola', 'ajustes')).toBe(false);
});
