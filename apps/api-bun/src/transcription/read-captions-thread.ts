import { parseCaptions } from './captions.ts';
import type { CaptionsFile } from './read-captions.ts';

declare const self: Worker;

/** More than anybody says in a day: what is cut up like that is no speech, and would choke all that comes after. */
const MOST_SEGMENTS = 100_000;

self.onmessage = ({ data: { text, ...form } }: MessageEvent<CaptionsFile>) => {
  const segments = parseCaptions(text, form);
  self.postMessage(segments.length > MOST_SEGMENTS ? [] : segments);
};
