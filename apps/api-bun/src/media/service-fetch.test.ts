import { afterEach, expect, test } from 'bun:test';
import { connect } from 'node:net';
import { startRecordingServer } from '../../../../tests/fakes/recording-server.ts';
import { type GuardProxy, startGuardProxy } from './guard-proxy.ts';
import { createServiceFetch } from './service-fetch.ts';

let guard: GuardProxy | undefined;
afterEach(() => guard?.close());

test('a server whose name leads to a private address gets nothing, whatever the request', async () => {
  await using server = startRecordingServer(() => new Response('ok'));
  guard = await startGuardProxy({ allowPrivateNetwork: false, lookup: async () => ['127.0.0.1'] });
  const serviceFetch = createServiceFetch(guard);
  const port = new URL(server.url).port;
  for (const url of [`https://models.test:${port}/v1/chat/completions`, `http://models.test:${port}/v1/models`]) {
    await expect(serviceFetch(url)).rejects.toMatchObject({ code: 'private_address' });
  }
  const post = { method: 'POST', body: '{}', headers: { authorization: 'Bearer k' } };
  await expect(serviceFetch(`https://models.test:${port}/v1`, post)).rejects.toMatchObject({ code: 'private_address' });
  expect(server.requests).toEqual([]);
});

test('a public one is asked, and a redirect is not followed', async () => {
  await using server = startRecordingServer(({ path }) =>
    path === '/models' ? new Response('ok') : Response.redirect('http://169.254.169.254/', 302),
  );
  const port = Number(new URL(server.url).port);
  guard = await startGuardProxy({
    allowPrivateNetwork: false,
    lookup: async () => ['93.184.216.34'],
    connect: () => connect({ host: '127.0.0.1', port }),
  });
  const serviceFetch = createServiceFetch(guard);
  expect(await (await serviceFetch('http://models.test/models')).text()).toBe('ok');
  expect((await serviceFetch('http://models.test/away')).status).toBe(302);
});

test('what is cancelled ends with the reason it was cancelled for', async () => {
  guard = await startGuardProxy({ allowPrivateNetwork: false, lookup: () => new Promise(() => {}) });
  const cancel = new AbortController();
  const asked = createServiceFetch(guard)('https://models.test/', { signal: cancel.signal });
  cancel.abort(new Error('enough'));
  await expect(asked).rejects.toThrow('enough');
});
