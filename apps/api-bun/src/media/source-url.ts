import { isIP } from 'node:net';
import { DestilaError, MAX_URL_LENGTH } from '@destila/contracts';
import { isPublicAddress } from './public-address.ts';
import { siteVideo } from './video-site.ts';

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
  const video = siteVideo(url);
  return { url: url.toString(), sourceKey: video ? `${video.site}:${video.id}` : normalised(url) };
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

/** Whether the address is surely a page, of a site that yt-dlp knows. */
export function isVideoPage(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed !== null && siteVideo(parsed) !== null;
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

/** What campaigns, newsletters and share buttons add. */
const TRACKING_PARAMETER =
  /^(utm_.*|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|li_fat_id|igshid|igsh|mc_cid|mc_eid|mkt_tok|_ga|_gl|_hsenc|_hsmi|srsltid|si)$/i;

/** `?t=1h2m3s`, and `?t=90` of a media file; elsewhere a bare number may name something, such as a thread of a forum. */
function isOffset(name: string, value: string, pathname: string): boolean {
  if (!/^(t|start|time|time_continue)$/i.test(name)) return false;
  return /^(?=\d)(\d+h)?(\d+m)?(\d+s)?$/i.test(value) || (/^\d+$/.test(value) && MEDIA_FILE.test(pathname));
}
const MEDIA_FILE = /\.(mp4|m4v|mov|webm|mkv|mp3|m4a|ogg|opus|wav|flac)$/i;

function normalised(source: URL): string {
  const url = new URL(source);
  url.hostname = bareHost(source);
  // Some sites name their pages behind the `#`.
  if (!/^#!?\//.test(url.hash)) url.hash = '';
  for (const [name, value] of [...url.searchParams]) {
    if (TRACKING_PARAMETER.test(name) || isOffset(name, value, url.pathname)) url.searchParams.delete(name);
  }
  url.searchParams.sort();
  return url.toString();
}
