import { describe, expect, test } from 'bun:test';
import { CHECKS, FINDINGS, finding, tellFinding } from './doctor.ts';
import { ERRORS } from './errors.ts';

const names = (words: readonly (string | null)[]) => words.flatMap((text) => text?.match(/\{\w+\}/g) ?? []).toSorted();

test('every finding says the same facts in both languages, and whatever is not well comes with its remedy', () => {
  for (const [code, { status, es, en }] of Object.entries(FINDINGS)) {
    expect(names(es), code).toEqual(names(en));
    for (const [detail, remedy] of [es, en]) {
      expect(detail.trim(), code).not.toBe('');
      expect(remedy === null, code).toBe(status === 'ok');
    }
  }
});

describe('a finding', () => {
  test('is told in the language asked for, its numbers and dates too', () => {
    const low = finding('disk_low', { free: 1234.56, folder: '/data' });
    expect(tellFinding('disk', low, 'es')).toEqual({
      name: 'disk',
      title: CHECKS.disk.es,
      status: 'warning',
      code: 'disk_low',
      detail: 'Solo quedan 1234,6 GB libres en /data.',
      remedy: 'Libera espacio, o lleva DATA_DIR a un disco más grande.',
    });
    expect(tellFinding('disk', low, 'en').detail).toBe('Only 1,234.6 GB are free in /data.');
    const checked = new Date('2026-03-05T12:00:00Z');
    const managed = finding('ytdlp_managed', { version: '2026.03.01', checked });
    expect(tellFinding('ytdlp', managed, 'es').detail).toContain('5 mar 2026');
  });

  test('that is an error is broken, in the words the error has everywhere', () => {
    const [detail, remedy] = ERRORS.notion_unauthorized.es;
    const told = tellFinding('notion', { code: 'notion_unauthorized', facts: {} }, 'es');
    expect(told).toMatchObject({ status: 'broken', detail, remedy });
  });

  test('tells braces in a fact as they are', () => {
    const failed = finding('check_failed', { reason: 'unexpected {seconds} at $&' });
    expect(tellFinding('database', failed, 'en').detail).toBe('The check failed: unexpected {seconds} at $&');
  });
});
