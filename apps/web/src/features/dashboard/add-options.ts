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
  /** A template's id, or that there is to be none. Null: the one of the settings. */
  template: string | null;
  /** `provider:model`; blank: the one of the settings. */
  model: string;
}

export const NO_OPTIONS: AddOptions = { prompt: '', language: null, speech: false, template: null, model: '' };

/** As the API takes them. */
export function requestOptions(chosen: AddOptions): Omit<EnqueueRequest, 'url'> {
  const { prompt, language, speech, template } = chosen;
  const model = chosen.model.trim();
  return {
    custom_prompt: prompt.trim() || null,
    output_language: language,
    options: { ...(speech && { transcript_from: 'speech' }), ...(template && { template }), ...(model && { model }) },
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
