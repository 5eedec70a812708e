import { ApiError } from '../../lib/api.ts';

/** What the server refuses by its type. Some systems take `.ts`, which is MPEG, for a text. */
const OTHER_TYPE =
  /^(text|image|font)\/|^application\/(json|xml|pdf|zip|javascript|msword|vnd\.(openxmlformats|oasis)|epub)/;
const MEDIA_NAME = /\.(ts|mts|m2ts|mp4|m4[abv]|mov|mkv|mka|webm|avi|wmv|mp3|ogg|oga|ogv|opus|aac|wav|flac)$/i;

/** What the server would say of a file once it has all of it, where that can be told without sending it; `limit` in bytes. */
export function refusalOf(file: Pick<File, 'name' | 'type' | 'size'>, limit: number | undefined): ApiError | null {
  if (limit !== undefined && file.size > limit) return new ApiError('payload_too_large');
  const isOther = OTHER_TYPE.test(file.type) && !MEDIA_NAME.test(file.name);
  return isOther ? new ApiError('wrong_file_type') : null;
}
