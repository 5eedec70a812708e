import type { EditTemplateRequest, SummaryTemplate } from '@destila/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { toast } from 'sonner';
import { api } from '../../lib/api.ts';
import { errorText, type Language, useLanguage } from '../../lib/i18n/index.ts';
import { settingsQuery } from '../settings/settings-query.ts';

const KEY = ['templates'];

/** The built-in ones first. */
export function useTemplates() {
  return useQuery({ queryKey: KEY, queryFn: api.templates });
}

export function templateName({ name }: SummaryTemplate, language: Language): string {
  return typeof name === 'string' ? name : name[language];
}

/** What a template is called; null for none, and for one that is no more. */
export function useTemplateName(id: string | null): string | null {
  const language = useLanguage();
  const template = useTemplates().data?.find((one) => one.id === id);
  return template ? templateName(template, language) : null;
}

export function useTemplateActions() {
  const client = useQueryClient();
  const language = useLanguage();
  const refetch = () => client.invalidateQueries({ queryKey: KEY });
  const onError = (error: unknown) => {
    const { message, hint } = errorText(error, language);
    toast.error(message, { description: hint });
    void refetch();
  };
  const add = useMutation({ mutationFn: api.addTemplate, onSuccess: refetch, onError });
  const edit = useMutation({
    mutationFn: ({ id, ...change }: EditTemplateRequest & { id: string }) => api.editTemplate(id, change),
    onSuccess: refetch,
    onError,
  });
  const remove = useMutation({
    mutationFn: api.removeTemplate,
    onSuccess: async () => {
      // It may have been the default.
      await Promise.all([refetch(), client.invalidateQueries({ queryKey: settingsQuery.queryKey })]);
    },
    onError,
  });
  return { add, edit, remove };
}
