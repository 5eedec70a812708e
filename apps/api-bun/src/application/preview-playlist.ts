import type { PlaylistPreview } from '@destila/contracts';
import { asUser } from '../database/as-user.ts';
import { findJobsOfSources } from '../database/jobs.ts';
import { parseSubmittedUrl } from '../media/source-url.ts';
import type { Services } from './services.ts';

/**
 * Shows what a playlist, a channel or a feed holds, and which of it is in the person's library. Nothing is queued.
 * @throws {DestilaError} `invalid_url`, `url_too_long`, `private_address`, `not_a_playlist`, `playlist_slow`, and whatever
 * else keeps a site from being read
 */
export async function previewPlaylist(
  services: Services,
  userId: string,
  request: { url: string; limit: number },
  signal: AbortSignal,
): Promise<PlaylistPreview> {
  const { allowPrivateNetwork } = services;
  const { url } = parseSubmittedUrl(request.url, services);
  const playlist = await services.readPlaylist(url, { limit: request.limit, allowPrivateNetwork }, signal);
  const keys = playlist.entries.flatMap(({ sourceKey }) => sourceKey ?? []);
  const jobs = await asUser(services.database, userId, (tx) => findJobsOfSources(tx, keys));
  const entries = playlist.entries.map(({ sourceKey, ...entry }) => ({
    ...entry,
    job_id: jobs.get(sourceKey ?? '') ?? null,
  }));
  return { ...playlist, entries };
}
