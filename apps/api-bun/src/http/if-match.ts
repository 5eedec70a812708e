import { z } from 'zod';

/** The header by which a request says what version it was made for. */
export const ifMatch = z.object({
  'if-match': z
    .string()
    .regex(/^"?\d{1,15}"?$/)
    .optional(),
});

/** Null: whatever the version. */
export function expectedVersion(header: string | undefined): number | null {
  return header === undefined ? null : Number(header.replaceAll('"', ''));
}
