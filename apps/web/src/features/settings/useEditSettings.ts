import type { EditSettingsRequest } from '@destila/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { toast } from 'sonner';
import { api } from '../../lib/api.ts';
import { errorText, useLanguage, useMessages } from '../../lib/i18n/index.ts';
import { settingsQuery } from './settings-query.ts';

/** Shown as chosen at once, put back if the server does not agree. */
export function useEditSettings(): (edit: EditSettingsRequest) => void {
  const client = useQueryClient();
  const language = useLanguage();
  const words = useMessages().settings;
  const { mutate } = useMutation({
    mutationFn: api.editSettings,
    onMutate: (edit) => {
      // An answer that is on its way knows nothing of this.
      void client.cancelQueries({ queryKey: settingsQuery.queryKey });
      client.setQueryData(settingsQuery.queryKey, (settings) => settings && { ...settings, ...edit });
    },
    onSuccess: (settings) => {
      client.setQueryData(settingsQuery.queryKey, settings);
      toast.success(words.saved, { id: 'settings' });
    },
    onError: (error) => {
      const { message, hint } = errorText(error, language);
      toast.error(message, { description: hint });
      void client.invalidateQueries({ queryKey: settingsQuery.queryKey });
    },
  });
  return mutate;
}
