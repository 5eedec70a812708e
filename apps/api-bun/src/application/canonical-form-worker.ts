import { canonicalMarkdown } from '@destila/contracts/markdown';

declare const self: Worker;

self.onmessage = ({ data }: MessageEvent<string>) => self.postMessage(canonicalMarkdown(data));
