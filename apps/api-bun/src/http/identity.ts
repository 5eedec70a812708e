import { Elysia } from 'elysia';
import { type AccessRules, identify } from './access.ts';

export type Identity = ReturnType<typeof createIdentity>;

/** Gives every route that uses it the id of the person the request speaks for. */
export function createIdentity(rules: AccessRules) {
  return new Elysia({ name: 'identity' }).resolve({ as: 'scoped' }, async ({ request }) => ({
    userId: await identify(request, rules),
  }));
}
