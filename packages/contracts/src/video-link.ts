/** The URL column of a job whose media was uploaded: `upload:<file id>/<original name>`. */
export const UPLOAD_SCHEME = 'upload:';

export function isUpload(url: string): boolean {
  return url.startsWith(UPLOAD_SCHEME);
}

/**
 * Where to watch a job's video from a given second on. Uploads play on the job's own page, so their link is relative to
 * the site; other sources get the parameter their player reads, or a media fragment (W3C Media Fragments 1.0, §4.2.1).
 */
export function videoLinkAt(job: { id: string; url: string }, seconds: number): string {
  const second = Math.max(0, Math.floor(seconds));
  if (isUpload(job.url)) return `/jobs/${job.id}?t=${second}`;
  const url = new URL(job.url);
  const host = url.hostname.replace(/^(www|m|music)\./, '');
  if (host === 'youtube.com' || host === 'youtu.be') url.searchParams.set('t', `${second}s`);
  else url.hash = host === 'vimeo.com' ? `t=${second}s` : `t=${second}`;
  return url.toString();
}

/** `754` → `12:34`, `4530` → `1:15:30`. */
export function formatTimestamp(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = `${String(m).padStart(h > 0 ? 2 : 1, '0')}:${String(s).padStart(2, '0')}`;
  return h > 0 ? `${h}:${tail}` : tail;
}
