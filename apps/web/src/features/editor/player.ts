import { isUpload, type JobListItem, videoLinkAt } from '@destila/contracts';
import { siteOf } from '../../lib/format.ts';

/** How a job's video is watched: a file we or the web can play, a site's own player, or a link to its page. */
export type PlayerKind =
  | { kind: 'file'; src: string; ours: boolean }
  | { kind: 'embed'; site: string; srcAt: (seconds: number) => string }
  | { kind: 'link'; site: string };

type Source = Pick<JobListItem, 'id' | 'url'>;

const MEDIA_FILE = /\.(mp4|m4v|webm|mov|mp3|m4a|ogg|oga|opus|wav)$/i;

export function playerOf(job: Source): PlayerKind {
  if (isUpload(job.url)) return { kind: 'file', src: `/api/jobs/${job.id}/media`, ours: true };
  const url = URL.parse(job.url);
  const site = siteOf(job.url) ?? job.url;
  if (url && MEDIA_FILE.test(url.pathname)) return { kind: 'file', src: job.url, ours: false };
  const srcAt = url && (youtube(url) ?? vimeo(url));
  return srcAt ? { kind: 'embed', site, srcAt } : { kind: 'link', site };
}

/** The second that a link inside the summary points to, where it points to this job's own video. */
export function secondOf(job: Source, href: string): number | null {
  const link = URL.parse(href, location.origin);
  const seconds = Number.parseInt(link?.searchParams.get('t') ?? link?.hash.replace(/^#t=/, '') ?? '', 10);
  if (!link || Number.isNaN(seconds)) return null;
  return URL.parse(videoLinkAt(job, seconds), location.origin)?.href === link.href ? seconds : null;
}

function youtube(url: URL): ((seconds: number) => string) | null {
  const site = url.hostname.replace(/^(www|m|music)\./, '');
  const path = url.pathname.split('/').filter(Boolean);
  const named = ['shorts', 'live', 'embed'].includes(path[0] ?? '') ? path[1] : url.searchParams.get('v');
  const id = site === 'youtu.be' ? path[0] : site === 'youtube.com' ? named : null;
  if (!id || !/^[\w-]{6,20}$/.test(id)) return null;
  return (seconds) => `https://www.youtube-nocookie.com/embed/${id}?autoplay=1&rel=0&start=${Math.floor(seconds)}`;
}

function vimeo(url: URL): ((seconds: number) => string) | null {
  const id = /^\/(\d+)$/.exec(url.pathname)?.[1];
  if (!id || url.hostname.replace(/^www\./, '') !== 'vimeo.com') return null;
  return (seconds) => `https://player.vimeo.com/video/${id}?autoplay=1&dnt=1#t=${Math.floor(seconds)}s`;
}
