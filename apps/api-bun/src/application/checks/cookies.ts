import { readFile } from 'node:fs/promises';
import { type Finding, finding } from '@destila/contracts';

/** The first line of a file that yt-dlp takes for cookies (Python's `http.cookiejar.MozillaCookieJar`). */
const HEADER = /^#( Netscape)? HTTP Cookie File/;
const FIELDS = { count: 7, expires: 4 };

/** Reads nothing of the cookies but when they expire. */
export async function checkCookies(path: string | undefined, now: Date): Promise<Finding> {
  if (path === undefined) return finding('cookies_unset', {});
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return finding('cookies_unreadable', { path });
  const cookies = text.split(/\r?\n/).filter(isCookie);
  if (!HEADER.test(text) || cookies.length === 0) return finding('cookies_malformed', { path });
  const count = cookies.filter((line) => isValid(line, now)).length;
  return count > 0 ? finding('cookies_valid', { path, count }) : finding('cookies_expired', { path });
}

/** Those that no script may read are written like comments. */
function isCookie(line: string): boolean {
  return (!line.startsWith('#') || line.startsWith('#HttpOnly_')) && line.split('\t').length === FIELDS.count;
}

/** One without a date lasts for the session, which for a file is as long as the site lets it. */
function isValid(line: string, now: Date): boolean {
  const expires = Number(line.split('\t')[FIELDS.expires]);
  return expires === 0 || expires * 1000 > now.getTime();
}
