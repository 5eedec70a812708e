import type { EnqueueRequest } from '@destila/contracts';
import { useState } from 'react';
import { readStored, writeStored } from '../../lib/stored.ts';

/** What is asked for every video that is added now. */
export interface AddOptions {
  prompt: string;
  /** Null: the one of the settings. */
  language: 'es' | 'en' | null;
  /** The sound is transcribed although there are captions. */
  speech: boolean;
}

export const NO_OPTIONS: AddOptions = { prompt: '', language: null, speech: false };

/** As the API takes them. */
export function requestOptions({ prompt, language, speech }: AddOptions): Omit<EnqueueRequest, 'url'> {
  return {
    custom_prompt: prompt.trim() || null,
    output_language: language,
    ...(speech && { options: { transcript_from: 'speech' } }),
  };
}

const PROMPT_KEY = 'destila:prompt';

/** The prompt is kept in the browser until it is used: long instructions survive a closed tab. */
export function useAddOptions(): [AddOptions, (options: AddOptions) => void] {
  const [options, setOptions] = useState(() => ({ ...NO_OPTIONS, prompt: readStored(PROMPT_KEY) ?? '' }));
  const change = (next: AddOptions) => {
    writeStored(PROMPT_KEY, next.prompt || null);
    setOptions(next);
  };
  return [options, change];
}
