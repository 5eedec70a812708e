import { type ModelProvider, readModelChoice } from '@destila/contracts';

/** A place where models are: a provider, or a known server that speaks OpenAI's API. */
export interface ModelServer {
  id: string;
  provider: ModelProvider;
  /** Null: the words of the language in use say it. */
  name: string | null;
  /** Its usual address; null where nobody can know it, or nobody need enter it. */
  address: string | null;
  key: 'needed' | 'possible';
  /** On this machine, as a rule. */
  isLocal: boolean;
  /** A model to show what a name looks like. */
  example: string;
}

const compatible = { provider: 'openai-compatible', key: 'possible', isLocal: true } as const;

/** Addresses as each documents them. */
export const MODEL_SERVERS: readonly ModelServer[] = [
  {
    id: 'openai',
    provider: 'openai',
    name: 'OpenAI',
    address: null,
    key: 'needed',
    isLocal: false,
    example: 'gpt-5.4-mini',
  },
  {
    id: 'anthropic',
    provider: 'anthropic',
    name: 'Anthropic',
    address: null,
    key: 'needed',
    isLocal: false,
    example: 'claude-haiku-5-5',
  },
  {
    id: 'google',
    provider: 'google',
    name: 'Google',
    address: null,
    key: 'needed',
    isLocal: false,
    example: 'gemini-flash-latest',
  },
  {
    id: 'ollama',
    provider: 'ollama',
    name: 'Ollama',
    address: 'http://127.0.0.1:11434',
    key: 'possible',
    isLocal: true,
    example: 'qwen3:8b',
  },
  { ...compatible, id: 'lm-studio', name: 'LM Studio', address: 'http://127.0.0.1:1234/v1', example: 'qwen3-8b' },
  { ...compatible, id: 'vllm', name: 'vLLM', address: 'http://127.0.0.1:8000/v1', example: 'Qwen/Qwen3-8B' },
  {
    ...compatible,
    id: 'openrouter',
    name: 'OpenRouter',
    address: 'https://openrouter.ai/api/v1',
    key: 'needed',
    isLocal: false,
    example: 'mistralai/mistral-small',
  },
  {
    ...compatible,
    id: 'groq',
    name: 'Groq',
    address: 'https://api.groq.com/openai/v1',
    key: 'needed',
    isLocal: false,
    example: 'openai/gpt-oss-20b',
  },
  { ...compatible, id: 'other', name: null, address: null, isLocal: false, example: 'qwen3-8b' },
];

/** The server that a choice of the settings means. */
export function serverOf(llm: string, address: string | null): ModelServer | undefined {
  const provider = readModelChoice(llm)?.provider;
  const ofProvider = MODEL_SERVERS.filter((server) => server.provider === provider);
  const plain = (url: string | null) => url?.replace(/\/+$/, '').replace('localhost', '127.0.0.1');
  return ofProvider.find((server) => plain(server.address) === plain(address)) ?? ofProvider.at(-1);
}

/** The providers whose address may be entered. */
export function takesAddress(provider: ModelProvider): boolean {
  return provider === 'ollama' || provider === 'openai-compatible';
}
