/** Whisper's only input: 16 kHz, mono, 16-bit little-endian samples. */
export const BYTES_PER_SECOND = 16_000 * 2;
/** Audio that is in memory at once: 10 MB. Whisper itself works on 30 s at a time. */
export const WINDOW_SECONDS = 300;
/** A window is cut before its last segment only when most of it remains. */
const LEAST_ADVANCE = 0.5;

interface Timed {
  start: number;
  end: number;
}

/**
 * A window may end in the middle of a word. So its last segment is not kept: the next window begins where that segment
 * began. At the end of the audio, and where the segment is most of the window, everything is kept.
 * Times are seconds from the window's start.
 */
export function nextWindow<Segment extends Timed>(
  segments: Segment[],
  duration: number,
  isLast: boolean,
): { segments: Segment[]; advance: number } {
  const last = segments.at(-1);
  if (isLast || last === undefined || last.start < duration * LEAST_ADVANCE || last.start > duration) {
    return { segments, advance: duration };
  }
  return { segments: segments.slice(0, -1), advance: last.start };
}

/** Looks ahead in a stream of samples and moves on as far as it is told. Keeps no more than was looked at. */
export class PcmReader {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #buffer = Buffer.alloc(0);
  #drained = false;
  /** True when the last `peek` reached the end of the audio. */
  ended = false;

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#pieces = stream[Symbol.asyncIterator]();
  }

  /** Up to `length` bytes, whole samples only; fewer at the end of the audio. */
  async peek(length: number): Promise<Uint8Array<ArrayBuffer>> {
    const parts: Uint8Array[] = [this.#buffer];
    let size = this.#buffer.byteLength;
    // One byte more than asked for, to know whether the audio ends here.
    while (size <= length && !this.#drained) {
      const { done, value } = await this.#pieces.next();
      this.#drained = done === true;
      if (this.#drained) break;
      parts.push(value);
      size += value.byteLength;
    }
    this.#buffer = Buffer.concat(parts, size);
    this.ended = this.#drained && size <= length;
    return new Uint8Array(this.#buffer.subarray(0, Math.min(length, size - (size % 2))));
  }

  /** Moves on by `length` bytes, rounded down to whole samples. */
  consume(length: number): void {
    this.#buffer = Buffer.from(this.#buffer.subarray(length - (length % 2)));
  }
}
