/**
 * What a pasted address is, as far as it can be told by looking at it:
 * `list`: a playlist, a channel or a feed; `video_in_list`: one video, in a list that the address names too;
 * `unknown`: a page of which only the site can say; `video`; null for what is no address.
 */
export type LinkKind = 'list' | 'video_in_list' | 'unknown' | 'video';

export function linkKind(text: string): LinkKind | null {
  const url = URL.parse(text.trim());
  if (!url || !/^https?:$/.test(url.protocol)) return null;
  const host = url.hostname.replace(/^(www|m|music)\./, '');
  if (host === 'youtu.be') return inList(url);
  if (host === 'youtube.com') return onYoutube(url);
  const list = LISTS[host] ?? FEED;
  if (list.test(url.pathname)) return 'list';
  return MEDIA_FILE.test(url.pathname) ? 'video' : 'unknown';
}

const CHANNEL = /^\/(@[^/]+|(channel|c|user)\/[^/]+)(\/(videos|shorts|streams|playlists|featured|podcasts)?)?$/;
const FEED = /(\.(rss|xml|atom)|\/(feed|rss))\/?$/i;
const MEDIA_FILE = /\.(mp4|m4v|mov|webm|mkv|mp3|m4a|ogg|opus|oga|wav|flac|aac)$/i;
const LISTS: Record<string, RegExp> = {
  'vimeo.com': /^\/(showcase|album|channels|groups)\/[^/]+(\/videos)?\/?$/,
  'soundcloud.com': /^\/[^/]+\/sets\/[^/]+\/?$/,
};

function onYoutube(url: URL): LinkKind {
  if (url.pathname === '/playlist' || CHANNEL.test(url.pathname)) return 'list';
  if (url.pathname === '/watch' && !url.searchParams.has('v') && url.searchParams.has('list')) return 'list';
  return inList(url);
}

/** A mix (`RD…`), which YouTube adds to any video by itself, has no end and is nobody's playlist. */
function inList(url: URL): LinkKind {
  const list = url.searchParams.get('list');
  return list && !list.startsWith('RD') ? 'video_in_list' : 'video';
}
