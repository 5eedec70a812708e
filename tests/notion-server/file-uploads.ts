import { isRecord } from './limits.ts';
import { invalid, Refusal } from './refusal.ts';

/** Bytes of a file in a workspace that pays nothing. https://developers.notion.com/guides/data-apis/working-with-files-and-media */
export const MAX_FILE_BYTES = 5 * 1024 * 1024;
/** Milliseconds until one expires that is attached to nothing. https://developers.notion.com/guides/data-apis/uploading-small-files */
const LIFETIME = 3_600_000;
/** Of the types on that page, those that this server knows. */
const IMAGE = /^image\/(gif|jpeg|png|webp)$/;

/** A file on its way into the workspace. */
export class FileUpload {
  readonly id = crypto.randomUUID();
  readonly filename: string | null;
  readonly contentType: string | null;
  /** What was sent; null: nothing yet. */
  file: File | null = null;
  isAttached = false;

  constructor(
    { mode = 'single_part', filename, content_type }: Record<string, unknown>,
    readonly createdAt: Date,
  ) {
    if (mode !== 'single_part') throw new Refusal(400, 'invalid_request', 'This server takes files in one part.');
    this.filename = typeof filename === 'string' ? filename : null;
    this.contentType = typeof content_type === 'string' ? content_type : null;
    if (this.contentType !== null) checkType(this.contentType);
  }

  get expiresAt(): Date {
    return new Date(this.createdAt.getTime() + LIFETIME);
  }

  statusAt(now: Date): 'pending' | 'uploaded' | 'expired' {
    if (!this.isAttached && now >= this.expiresAt) return 'expired';
    return this.file ? 'uploaded' : 'pending';
  }

  send(file: unknown, now: Date): void {
    this.#expect('pending', now);
    if (!(file instanceof File)) throw invalid('body failed validation: body.file should be defined.');
    if (file.size > MAX_FILE_BYTES) throw invalid(`A file of ${file.size} bytes, at most ${MAX_FILE_BYTES}.`);
    checkType(file.type);
    if (file.type !== (this.contentType ?? file.type)) throw invalid(`${file.type} instead of ${this.contentType}.`);
    this.file = file;
  }

  checkUsable(now: Date): void {
    this.#expect('uploaded', now);
  }

  #expect(wanted: string, now: Date): void {
    const status = this.statusAt(now);
    if (status !== wanted) throw invalid(`File upload ${this.id} has the status ${status}, not ${wanted}.`);
  }
}

/** The fields of a form with one file. Bun takes a file's type from its name, whatever stands in its part. */
export async function readForm(bytes: Buffer<ArrayBuffer>, contentType: string): Promise<Record<string, unknown>> {
  const form = await new Response(bytes, { headers: { 'content-type': contentType } }).formData();
  const fields = Object.fromEntries(form);
  const type = /^content-type: *(\S+)/im.exec(bytes.toString('latin1'))?.[1] ?? '';
  const { file } = fields;
  return file instanceof File ? { ...fields, file: new File([file], file.name, { type }) } : fields;
}

/** The upload that a cover or an icon names; null: it is no uploaded file. */
export function uploadIdOf(file: unknown): string | null {
  return isRecord(file) && isRecord(file.file_upload) ? String(file.file_upload.id) : null;
}

function checkType(type: string): void {
  if (!IMAGE.test(type)) throw invalid(`This server takes no files of type ${type}.`);
}
