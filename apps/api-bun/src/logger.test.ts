import { expect, test } from 'bun:test';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from './logger.ts';

const FULL_DISK = '/dev/full';

test.if(process.platform === 'linux')('a log that a full disk does not take ends nothing', () => {
  const logger = createLogger('info', { file: FULL_DISK });
  expect(() => {
    for (let line = 0; line < 3; line++) logger.info('there is no space for this');
  }).not.toThrow();
});

test('keys and tokens do not get into the log, by no field and in no error’s words', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'destila-log-'));
  try {
    const file = join(folder, 'destila.log');
    const logger = createLogger('info', { file });
    const secret = 'sk-proj-0123456789abcdef';
    logger.info(
      { apiKey: secret, request: { headers: { authorization: `Bearer ${secret}`, 'x-api-key': secret } } },
      'a',
    );
    logger.info({ body: { key: secret }, token: secret, session: { cookie: secret } }, 'b');
    logger.error({ err: new Error(`refused ${secret}`, { cause: new Error(`Bearer ${secret}`) }) }, 'c');
    const log = await readFile(file, 'utf8');
    expect(log.trim().split('\n')).toHaveLength(3);
    expect(log).not.toContain('0123456789abcdef');
    expect(log).toContain('refused …');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
