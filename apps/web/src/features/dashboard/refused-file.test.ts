import { expect, test } from 'bun:test';
import { refusalOf } from './refused-file.ts';

test.each([
  ['notas.txt', 'text/plain', 'wrong_file_type'],
  ['foto.jpg', 'image/jpeg', 'wrong_file_type'],
  ['apuntes.pdf', 'application/pdf', 'wrong_file_type'],
  ['charla.mp4', 'video/mp4', undefined],
  ['charla.mkv', '', undefined],
  ['charla', 'application/octet-stream', undefined],
  ['podcast.ogg', 'application/ogg', undefined],
  ['emisión.TS', 'text/vnd.trolltech.linguist', undefined],
])('of %p, which says it is %p, the browser says %p', (name, type, code) => {
  expect(refusalOf({ name, type, size: 10 }, 10)?.code).toBe(code);
});

test('a file over the limit is too large, whatever it is', () => {
  expect(refusalOf({ name: 'a.mp4', type: 'video/mp4', size: 11 }, 10)?.code).toBe('payload_too_large');
  expect(refusalOf({ name: 'a.mp4', type: 'video/mp4', size: 11 }, undefined)).toBeNull();
});
