/** A video of a site whose addresses are known well enough to say which of them are the same one. */
export interface SiteVideo {
  site: string;
  /** As the site writes it; letters of either case differ where they do for the site. */
  id: string;
}

interface Site {
  name: string;
  /** Without `www.`; subdomains are named one by one. */
  hosts: string[];
  id: RegExp;
  /** Paths that name a video; the first group is its id. */
  paths: RegExp[];
  /** A path whose video is named by a parameter. */
  parameter?: { path: RegExp; name: string };
}

const YOUTUBE_HOSTS = [
  'youtube.com',
  'm.youtube.com',
  'music.youtube.com',
  'gaming.youtube.com',
  'youtube-nocookie.com',
];

/** Only forms that each site itself uses; what is not here keeps its address as its name. */
const SITES: Site[] = [
  { name: 'youtube', hosts: ['youtu.be'], id: /^[\w-]{11}$/, paths: [/^\/([^/]+)/] },
  {
    name: 'youtube',
    hosts: YOUTUBE_HOSTS,
    id: /^[\w-]{11}$/,
    paths: [/^\/(?:shorts|live|embed|v|e)\/([^/]+)/],
    parameter: { path: /^\/watch\/?$/, name: 'v' },
  },
  {
    name: 'vimeo',
    hosts: ['vimeo.com', 'player.vimeo.com'],
    id: /^\d+$/,
    paths: [
      /^\/(?:video\/)?(\d+)(?:\/[\da-f]+)?\/?$/,
      /^\/channels\/[^/]+\/(\d+)\/?$/,
      /^\/(?:groups|album|showcase)\/[^/]+\/videos?\/(\d+)\/?$/,
    ],
  },
  {
    name: 'dailymotion',
    hosts: ['dailymotion.com', 'geo.dailymotion.com'],
    id: /^[a-zA-Z0-9]+$/,
    paths: [/^\/(?:embed\/)?video\/([^/_]+)/],
    parameter: { path: /^\/player(?:\/[^/]+)?\.html$/, name: 'video' },
  },
  { name: 'dailymotion', hosts: ['dai.ly'], id: /^[a-zA-Z0-9]+$/, paths: [/^\/([^/_]+)/] },
  {
    // `/video/2` is another video of the same post, and stays apart.
    name: 'x',
    hosts: ['x.com', 'twitter.com', 'mobile.twitter.com', 'mobile.x.com', 'm.twitter.com'],
    id: /^\d+$/,
    paths: [/^\/(?:[^/]+|i\/web)\/status\/(\d+)(?:\/video\/1)?\/?$/],
  },
  {
    name: 'tiktok',
    hosts: ['tiktok.com', 'm.tiktok.com'],
    id: /^\d+$/,
    paths: [/^\/@[^/]*\/video\/(\d+)/, /^\/embed\/(?:v2\/)?(\d+)/, /^\/player\/v1\/(\d+)/, /^\/v\/(\d+)\.html$/],
  },
  {
    name: 'instagram',
    hosts: ['instagram.com'],
    // Longer than `audio` and the other words that stand in an id's place.
    id: /^[\w-]{10,}$/,
    paths: [/^\/(?:[^/]+\/)?(?:p|reel|reels|tv)\/([^/]+)/],
  },
  {
    name: 'twitch',
    hosts: ['twitch.tv', 'm.twitch.tv', 'go.twitch.tv'],
    id: /^\d+$/,
    paths: [/^\/videos\/(\d+)/, /^\/[^/]+\/(?:v|video)\/(\d+)/],
  },
];

/** The video that an address names, where that is certain; null for anything else, playlists and channels too. */
export function siteVideo(url: URL): SiteVideo | null {
  const host = url.hostname.replace(/\.$/, '').replace(/^www\./, '');
  for (const { name, hosts, id, paths, parameter } of SITES) {
    if (!hosts.includes(host)) continue;
    const named = parameter?.path.test(url.pathname) ? url.searchParams.get(parameter.name) : null;
    const found = named ?? paths.map((path) => url.pathname.match(path)?.[1]).find(Boolean);
    if (found && id.test(found)) return { site: name, id: found };
  }
  return null;
}
