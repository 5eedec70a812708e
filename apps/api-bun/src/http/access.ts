import { createHash, timingSafeEqual } from 'node:crypto';
import { DestilaError } from '@destila/contracts';
import { jwtVerify } from 'jose';
import { z } from 'zod';
import { LOCAL_USER } from '../database/users.ts';

export const SESSION_COOKIE = 'destila_session';

export interface AccessRules {
  /** Addresses other than loopback are reachable by anybody; then a token is asked for. */
  accessToken: string | undefined;
  /** With Supabase, everybody signs in there; requests carry its JWT. */
  jwtSecret: string | undefined;
  /** Host names under which this server may be addressed; null where any name will do. */
  allowedHosts: ReadonlySet<string> | null;
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses what another web page could make a browser send here. Any page can reach a loopback server: by a name of its own
 * that points to 127.0.0.1 (so `Host` is checked), or by a form or fetch across origins (so `Origin` is).
 * @throws {DestilaError} `forbidden_origin`
 */
export function checkOrigin(request: Request, rules: AccessRules): void {
  const host = request.headers.get('host') ?? '';
  if (rules.allowedHosts && !rules.allowedHosts.has(host.toLowerCase().replace(/:\d+$/, '')))
    throw new DestilaError('forbidden_origin');
  if (SAFE_METHODS.has(request.method)) return;
  const origin = request.headers.get('origin');
  const site = request.headers.get('sec-fetch-site');
  const foreign =
    origin !== null ? URL.parse(origin)?.host !== host : site !== null && site !== 'same-origin' && site !== 'none';
  if (foreign) throw new DestilaError('forbidden_origin');
}

/** Whose rows a request sees. @throws {DestilaError} `unauthorized` */
export async function identify(request: Request, rules: AccessRules): Promise<string> {
  const bearer = bearerOf(request);
  if (rules.jwtSecret) return subjectOf(bearer, rules.jwtSecret);
  if (!rules.accessToken) return LOCAL_USER;
  const session = cookie(request, SESSION_COOKIE);
  if (bearer && sameSecret(bearer, rules.accessToken)) return LOCAL_USER;
  if (session && sameSecret(session, sessionOf(rules.accessToken))) return LOCAL_USER;
  throw new DestilaError('unauthorized');
}

/**
 * Lets through whoever runs the installation: without Supabase the one person there is, with it whoever has `ACCESS_TOKEN`.
 * @throws {DestilaError} `unauthorized`, `operator_only`
 */
export async function identifyOperator(request: Request, rules: AccessRules): Promise<void> {
  const isOperator = rules.accessToken && sameSecret(bearerOf(request) ?? '', rules.accessToken);
  if (rules.jwtSecret && !isOperator) throw new DestilaError('operator_only');
  if (!rules.jwtSecret) await identify(request, rules);
}

function bearerOf(request: Request): string | undefined {
  return /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
}

/** Trades the access token for the value of a session cookie. @throws {DestilaError} `unauthorized` */
export function openSession(token: string, rules: AccessRules): string {
  if (!rules.accessToken || !sameSecret(token, rules.accessToken)) throw new DestilaError('unauthorized');
  return sessionOf(rules.accessToken);
}

async function subjectOf(token: string | undefined, secret: string): Promise<string> {
  if (!token) throw new DestilaError('unauthorized');
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), {
      algorithms: ['HS256'],
      audience: 'authenticated',
    });
    return z.uuid().parse(payload.sub);
  } catch (error) {
    throw new DestilaError('unauthorized', { cause: error });
  }
}

/** Not the token itself, so that a stolen cookie does not give it away. */
function sessionOf(accessToken: string): string {
  return createHash('sha256').update(`destila session ${accessToken}`).digest('hex');
}

function sameSecret(given: string, expected: string): boolean {
  const [a, b] = [given, expected].map((text) => createHash('sha256').update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}

function cookie(request: Request, name: string): string | undefined {
  const pairs = (request.headers.get('cookie') ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([key]) => key === name)?.[1];
}
