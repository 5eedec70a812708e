import { describe, expect, test } from 'bun:test';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { ConfigError, environmentSchema, readConfig } from './config.ts';

function problemsOf(environment: Record<string, string>): string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('readConfig', () => {
  test('an empty environment is a working one: loopback, embedded database, worker on', () => {
    const config = readConfig({});
    expect(config).toMatchObject({ PORT: 3000, HOST: '127.0.0.1', WORKER: true, DATA_DIR: resolve('data') });
    expect(config.DATABASE_URL).toBeUndefined();
  });

  test('a blank variable is an absent one', () => {
    const blank = Object.fromEntries(Object.keys(environmentSchema.shape).map((name) => [name, ' ']));
    expect(readConfig(blank)).toEqual(readConfig({}));
  });

  test.each([
    ['on', true],
    ['true', true],
    ['1', true],
    ['off', false],
    ['false', false],
    ['0', false],
  ])('a switch takes %s', (value, expected) => {
    expect(readConfig({ ALLOW_PRIVATE_NETWORK: value }).ALLOW_PRIVATE_NETWORK).toBe(expected);
  });

  test.each([
    ['700', 700],
    ['64k', 64 * 1024],
    ['500M', 500 * 1024 ** 2],
    ['2 G', 2 * 1024 ** 3],
  ])('a size of %s is %d bytes', (value, bytes) => {
    expect(readConfig({ UPLOAD_LIMIT: value }).UPLOAD_LIMIT).toBe(bytes);
  });

  test.each([
    ['12h', 43_200],
    ['90 m', 5_400],
    ['45S', 45],
  ])('a length of time of %s is %d seconds', (value, seconds) => {
    expect(readConfig({ DURATION_LIMIT: value }).DURATION_LIMIT).toBe(seconds);
  });

  test('the proxy for downloads speaks HTTP or SOCKS5', () => {
    const proxy = (value: string) => readConfig({ DOWNLOAD_PROXY: value }).DOWNLOAD_PROXY;
    expect(proxy('socks5://ana:pass@127.0.0.1:1080')).toBe('socks5://ana:pass@127.0.0.1:1080');
    expect(proxy('http://proxy.lan:3128')).toBe('http://proxy.lan:3128');
    expect(() => proxy('ftp://proxy.lan')).toThrow(ConfigError);
  });

  test('a length of time says its unit, and yt-dlp is as fast as it can be unless it is told', () => {
    expect(() => readConfig({ DURATION_LIMIT: '12' })).toThrow(ConfigError);
    expect(readConfig({ YTDLP_RATE_LIMIT: '2M' }).YTDLP_RATE_LIMIT).toBe(2 * 1024 ** 2);
    expect(readConfig({}).YTDLP_RATE_LIMIT).toBeUndefined();
  });

  test('paths are absolute, and ~ is the home folder', () => {
    const config = readConfig({ NOTES_DIR: '~/vault', WHISPER_MODEL: 'models/tiny.bin' });
    expect(config.NOTES_DIR).toBe(join(homedir(), 'vault'));
    expect(config.WHISPER_MODEL).toBe(resolve('models/tiny.bin'));
  });

  test("Whisper's model is a name, or the path of a file", () => {
    const model = (value: string) => readConfig({ WHISPER_MODEL: value }).WHISPER_MODEL;
    expect(model('large-v3-turbo-q5_0')).toBe('large-v3-turbo-q5_0');
    expect(model('tiny.bin')).toBe(resolve('tiny.bin'));
    expect(model('~/models/tiny')).toBe(join(homedir(), 'models/tiny'));
  });

  test('a command is words, of which quotes hold together what belongs together', () => {
    const command = (line: string) => readConfig({ TRANSCRIBE_COMMAND: line }).TRANSCRIBE_COMMAND;
    expect(command(`whisper-cli -m "my models/base.bin" --in='{file}'`)).toEqual([
      'whisper-cli',
      '-m',
      'my models/base.bin',
      '--in={file}',
    ]);
    expect(command('listen $HOME; rm')).toEqual(['listen', '$HOME;', 'rm']);
  });

  test('every wrong variable is named at once, and its value, which may be a secret, is not shown', () => {
    const problems = problemsOf({
      PORT: 'http',
      UPLOAD_LIMIT: 'lots',
      WORKER: 'maybe',
      DATABASE_URL: 'mysql://u:s3cret@host/db',
      ACCESS_TOKEN: 's3cret',
      LOG_LEVEL: 'loud',
    });
    expect(problems.map((problem) => problem.split(':')[0]).sort()).toEqual([
      'ACCESS_TOKEN',
      'DATABASE_URL',
      'LOG_LEVEL',
      'PORT',
      'UPLOAD_LIMIT',
      'WORKER',
    ]);
    expect(problems.join()).not.toContain('s3cret');
  });

  test('the settings cannot be changed afterwards', () => {
    expect(Object.isFrozen(readConfig({}))).toBe(true);
  });
});

describe('.env.example', async () => {
  const text = await Bun.file(join(import.meta.dir, '../../../.env.example')).text();
  const example = [...text.matchAll(/^# ([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => ({ name, value }));

  test('lists exactly the variables that are read', () => {
    expect(example.map(({ name }) => name).sort()).toEqual(Object.keys(environmentSchema.shape).sort());
  });

  test('shows the defaults, and an empty value where there is none', () => {
    const withDefault = example.filter(({ value }) => value !== '').map(({ name }) => name);
    expect(readConfig(Object.fromEntries(example.map(({ name, value }) => [name, value])))).toEqual(readConfig({}));
    expect(withDefault.sort()).toEqual(Object.keys(readConfig({})).sort());
  });
});

test('half of a connection to Notion is a mistake, not a reason to write files instead', () => {
  expect(() => readConfig({ NOTION_TOKEN: 'ntn_x' })).toThrow(/NOTION_DATA_SOURCE_ID/);
  expect(() => readConfig({ NOTION_DATA_SOURCE_ID: 'x' })).toThrow(/NOTION_TOKEN/);
});
