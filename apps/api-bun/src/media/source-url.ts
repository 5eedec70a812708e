import { isIP } from 'node:net';
import { DestilaError, MAX_URL_LENGTH } from '@destila/contracts';
import { isPublicAddress } from './public-address.ts';

export interface SubmittedUrl {
  /** The address as it will be fetched. */
  url: string;
  /** Equal for two addresses of the same video: `youtube:<id>`, or the address without what does not name the video. */
  sourceKey: string;
}

/**
 * Reads what a person pasted. With `allowPrivateNetwork`, addresses of private networks pass too.
 * Names are not resolved here: the guard proxy does that, at the moment of connecting.
 * @throws {DestilaError} `url_too_long`, `invalid_url`, `private_address`
 */
export function parseSubmittedUrl(text: string, options: { allowPrivateNetwork: boolean }): SubmittedUrl {
  const trimmed = text.trim();
  if (trimmed.length > MAX_URL_LENGTH) throw new DestilaError('url_too_long');
  const url = outsideUrl(trimmed, options);
  const videoId = youtubeId(url);
  return { url: url.toString(), sourceKey: videoId ? `youtube:${videoId}` : normalised(url) };
}

/**
 * An http(s) address without credentials whose host is not plainly private; for submitted addresses and for redirects.
 * @throws {DestilaError} `invalid_url`, `private_address`
 */
export function outsideUrl(text: string, options: { allowPrivateNetwork: boolean }): URL {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) throw new DestilaError('invalid_url');
  if (url.username || url.password) throw new DestilaError('invalid_url', { detail: 'credentials in the address' });
  if (!options.allowPrivateNetwork && isPrivateHost(url)) throw new DestilaError('private_address');
  return url;
}

export function isYoutube(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed !== null && youtubeId(parsed) !== null;
}

/** `URL` has already turned decimal, octal, hexadecimal and full-width notations into a plain address. */
function isPrivateHost(url: URL): boolean {
  const host = bareHost(url);
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  const literal = host.replace(/^\[|\]$/g, '');
  return isIP(literal) !== 0 && !isPublicAddress(literal);
}

function bareHost(url: URL): string {
  return url.hostname.replace(/\.$/, '');
}

const YOUTUBE_HOSTS = new Set(['youtube.com', 'm.youtube.com', 'music.youtube.com', 'youtube-nocookie.com']);

function youtubeId(url: URL): string | null {
  const host = bareHost(url).replace(/^www\./, '');
  const [first, second] = url.pathname.split('/').filter(Boolean);
  const candidates = {
    short: host === 'youtu.be' ? first : undefined,
    watch: YOUTUBE_HOSTS.has(host) && first === 'watch' ? url.searchParams.get('v') : undefined,
    path: YOUTUBE_HOSTS.has(host) && /^(shorts|live|embed|v)$/.test(first ?? '') ? second : undefined,
  };
  const id = candidates.short ?? candidates.watch ?? candidates.path;
  return id && /^[\w-]{11}$/.test(id) ? id : null;
}

const TRACKING_PARAMETER =
  /^(utm_.*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|igsh|mc_cid|mc_eid|si)$/i;

function normalised(source: URL): string {
  const url = new URL(source);
  url.hostname = bareHost(source);
  url.hash = '';
  for (const name of [...url.searchParams.keys()]) {
    if (TRACKING_PARAMETER.test(name)) url.searchParams.delete(name);
  }
  url.searchParams.sort();
  return url.toString();
}
