import { expect, test } from 'bun:test';
import { createLogger } from './logger.ts';

const FULL_DISK = '/dev/full';

test.if(process.platform === 'linux')('a log that a full disk does not take ends nothing', () => {
  const logger = createLogger('info', { file: FULL_DISK });
  expect(() => {
    for (let line = 0; line < 3; line++) logger.info('there is no space for this');
  }).not.toThrow();
});
