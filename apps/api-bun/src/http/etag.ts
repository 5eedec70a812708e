import { Elysia } from 'elysia';

/** Gives a JSON answer an entity tag made of its content, and answers 304 to a request that has it already. */
export const entityTag = new Elysia({ name: 'entity-tag' }).macro({
  etag: {
    afterHandle({ request, responseValue, set, status }) {
      const etag = `"${Bun.hash(JSON.stringify(responseValue)).toString(36)}"`;
      set.headers.etag = etag;
      set.headers['cache-control'] = 'private, no-cache';
      if (request.headers.get('if-none-match') === etag) return status(304);
    },
  },
});
