import { describe, expect, test } from 'bun:test';
import { DestilaError, finding } from '@destila/contracts';
import { examine } from './examine.ts';

const never = () => new Promise<never>(() => {});

describe('the doctor', () => {
  test('tells what each check found, in order and in the language asked for', async () => {
    const { checks } = await examine(
      [
        ['ffmpeg', async () => finding('ffmpeg_absent', {})],
        ['impersonation', async () => null],
        ['notion', async () => finding('notion_unset', {})],
      ],
      'es',
    );
    expect(checks.map(({ name, status }) => [name, status])).toEqual([
      ['ffmpeg', 'broken'],
      ['notion', 'ok'],
    ]);
    expect(checks[0]?.remedy).toContain('Instala ffmpeg');
  });

  test('takes a check that throws for broken, with the reason, and goes on with the others', async () => {
    const { checks } = await examine(
      [
        ['disk', () => Promise.reject(new Error('statfs failed'))],
        [
          'cookies',
          () => {
            throw new Error('at once');
          },
        ],
        ['notion', () => Promise.reject(new DestilaError('notion_unauthorized', { detail: 'ntn_secret' }))],
        ['ffmpeg', async () => finding('program_found', { version: '8', path: '/bin/ffmpeg' })],
      ],
      'en',
    );
    expect(checks.map(({ status }) => status)).toEqual(['broken', 'broken', 'broken', 'ok']);
    expect(checks[0]?.detail).toContain('statfs failed');
    expect(checks[2]).toMatchObject({ code: 'notion_unauthorized', detail: 'Notion refused the token.' });
    expect(JSON.stringify(checks)).not.toContain('ntn_secret');
  });

  test('does not wait for a check beyond its deadline, even one that does not heed its signal', async () => {
    const { checks } = await examine(
      [
        ['database', never],
        [
          'notion',
          (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
        ],
        ['disk', async () => finding('disk_enough', { free: 9, folder: '/data' })],
      ],
      'en',
      50,
    );
    expect(checks.map(({ code }) => code)).toEqual(['check_timed_out', 'check_timed_out', 'disk_enough']);
  });

  test('runs its checks side by side', async () => {
    const first = Promise.withResolvers<void>();
    const { checks } = await examine(
      [
        ['database', () => first.promise.then(() => finding('notion_unset', {}))],
        [
          'disk',
          async () => {
            first.resolve();
            return finding('notion_unset', {});
          },
        ],
      ],
      'en',
    );
    expect(checks.map(({ status }) => status)).toEqual(['ok', 'ok']);
  });

  test('shows no password of an address', async () => {
    const check = () => Promise.reject(new Error('cannot reach postgres://me:s3cret@db.example/x'));
    const { checks } = await examine([['database', check]], 'en');
    expect(checks[0]?.detail).toContain('db.example');
    expect(checks[0]?.detail).not.toContain('s3cret');
  });
});
