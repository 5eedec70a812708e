import { type ModelProvider, readModelChoice } from '@destila/contracts';
import { queryOptions, useMutation, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { toast } from 'sonner';
import { api } from '../../lib/api.ts';
import { errorText, useLanguage } from '../../lib/i18n/index.ts';
import { settingsQuery } from '../settings/settings-query.ts';

const choicesQuery = queryOptions({ queryKey: ['models'], queryFn: api.modelChoices });

/** What may be chosen, and which keys there are. */
export function useModelChoices() {
  return useQuery(choicesQuery);
}

function listQuery(provider: ModelProvider, server: string | null) {
  return queryOptions({
    // Another key or address has another list.
    queryKey: ['models', provider, server],
    queryFn: ({ signal }) => api.providerModels(provider, signal),
    retry: false,
    staleTime: 60_000,
  });
}

/** What a provider's server names; undefined while nobody knows. `server` is its saved address. */
export function useProviderModels(provider: ModelProvider, server: string | null, enabled: boolean) {
  return useQuery({ ...listQuery(provider, server), enabled }).data;
}

/** `provider:model` of everything that may be chosen for a job, as far as the servers name it; they are asked once `enabled`. */
export function useKnownModels(enabled: boolean): string[] {
  const choices = useQuery({ ...choicesQuery, enabled }).data;
  const settings = useQuery({ ...settingsQuery, enabled }).data;
  const chosen = readModelChoice(settings?.llm ?? 'auto')?.provider;
  const providers = (choices?.providers ?? []).filter(
    ({ provider, key_since, installation_key }) => key_since || installation_key || provider === chosen,
  );
  const lists = useQueries({
    queries: providers.map(({ provider }) => ({
      ...listQuery(provider, provider === chosen ? (settings?.llm_base_url ?? null) : null),
      enabled,
    })),
  });
  const named = lists.flatMap(({ data }, n) => (data ?? []).map((model) => `${providers[n]?.provider}:${model}`));
  const first = [settings?.llm, choices?.installation, 'extractive'].filter((one) => typeof one === 'string');
  return [...new Set([...first, ...named])];
}

/** Whether that model, blank for the one of the settings, is none: summaries are extracts, which templates do not change. */
export function useIsExtract(model: string): boolean {
  const summarizer = useQuery(settingsQuery).data?.summarizer;
  return (model.trim() || summarizer) === 'extractive';
}

/** Keeps or forgets a key; what the servers name is asked for again. */
export function useModelKeys() {
  const client = useQueryClient();
  const language = useLanguage();
  const settled = {
    onSuccess: () => client.invalidateQueries({ queryKey: choicesQuery.queryKey }),
    onError: (error: Error) => {
      const { message, hint } = errorText(error, language);
      toast.error(message, { description: hint });
    },
  };
  const keep = useMutation({
    mutationFn: ({ provider, key }: { provider: ModelProvider; key: string }) => api.keepModelKey(provider, key),
    ...settled,
  });
  const forget = useMutation({ mutationFn: api.forgetModelKey, ...settled });
  return { keep, forget };
}
