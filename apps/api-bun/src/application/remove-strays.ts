import { DestilaError } from '@destila/contracts';
import { endLook, isStillThere, takeLook } from '../database/publications.ts';
import type { Publishing } from './publish-note.ts';

/** Milliseconds for one look: a request or two, and what Notion asks to wait. */
const PATIENCE = 60_000;

/**
 * Throws away what was made too late for a saved note, by a request that was given up but carried out after the save had ended.
 * False when no note is due for it.
 */
export async function removeStrays(services: Publishing, stopping: AbortSignal): Promise<boolean> {
  const { database, destinations, logger, lease } = services;
  const look = await takeLook(database, lease);
  if (!look) return false;
  const signal = AbortSignal.any([stopping, AbortSignal.timeout(PATIENCE)]);
  try {
    const destination = await destinations.open(look.user_id, look);
    const place = { importKey: look.import_key, externalId: look.external_id };
    await destination.removeStrays?.(place, () => isStillThere(database, look), signal);
    await endLook(database, look);
  } catch (error) {
    if (stopping.aborted) return true;
    logger.warn({ err: error, import_key: look.import_key }, 'late pages of a note could not be looked for');
    if (error instanceof DestilaError && error.retry === 'permanent') await endLook(database, look);
  }
  return true;
}
