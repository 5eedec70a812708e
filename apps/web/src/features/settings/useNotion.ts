import { type QueryClient, queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { toast } from 'sonner';
import { api } from '../../lib/api.ts';
import { useLanguage, useMessages } from '../../lib/i18n/index.ts';
import { notionErrorText } from './notion-error-text.ts';
import { settingsQuery } from './settings-query.ts';

const connectionQuery = queryOptions({ queryKey: ['notion', 'connection'], queryFn: api.notion });
/** What Notion itself answers. */
const IN_NOTION = ['notion', 'databases'];
/** Milliseconds in which it is not asked again for another look at the page. */
const FRESH = 60_000;

export function useNotionConnection() {
  return useQuery(connectionQuery);
}

/** The databases that the token sees. */
export function useNotionDatabases() {
  return useQuery({
    queryKey: IN_NOTION,
    queryFn: ({ signal }) => api.notionDatabases(signal),
    staleTime: FRESH,
    retry: false,
  });
}

/** A database with its properties, and what of a note they hold. */
export function useNotionDatabase(id: string) {
  return useQuery({
    queryKey: [...IN_NOTION, id],
    queryFn: ({ signal }) => api.notionDatabase(id, signal),
    staleTime: FRESH,
    retry: false,
  });
}

/** Another token may see other databases. */
export function useConnectNotion(onConnected: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: api.connectNotion,
    onSuccess: (connection) => {
      client.setQueryData(connectionQuery.queryKey, connection);
      void client.resetQueries({ queryKey: IN_NOTION });
      settle(client);
      onConnected();
    },
  });
}

export function useDisconnectNotion(onDisconnected: () => void) {
  const client = useQueryClient();
  const onError = useErrorToast();
  return useMutation({
    mutationFn: api.disconnectNotion,
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: connectionQuery.queryKey });
      // The installation's own token may hold again, and see other databases.
      if (client.getQueryData(connectionQuery.queryKey)?.token) void client.resetQueries({ queryKey: IN_NOTION });
      settle(client);
      onDisconnected();
    },
    onError,
  });
}

/** Ends when it is known what the database has now. */
export function useChooseDatabase(onChosen: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: api.chooseNotionDatabase,
    onSuccess: async (connection) => {
      await client.invalidateQueries({ queryKey: IN_NOTION });
      client.setQueryData(connectionQuery.queryKey, connection);
      settle(client);
      onChosen();
    },
  });
}

/** Makes categories of what the database's property holds. */
export function useTakeCategories() {
  const client = useQueryClient();
  const words = useMessages().notion;
  const onError = useErrorToast();
  return useMutation({
    mutationFn: api.takeNotionCategories,
    onSuccess: ({ added }) => {
      toast.success(words.taken(added));
      return client.invalidateQueries({ queryKey: ['categories'] });
    },
    onError,
  });
}

/** The page says elsewhere too where notes go, and whether Notion takes them. */
function settle(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: settingsQuery.queryKey });
  void client.invalidateQueries({ queryKey: ['doctor'] });
}

function useErrorToast(): (error: Error) => void {
  const language = useLanguage();
  return (error) => {
    const { message, hint } = notionErrorText(error, language);
    toast.error(message, { description: hint });
  };
}
