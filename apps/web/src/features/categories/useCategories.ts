import type { Category } from '@destila/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { toast } from 'sonner';
import { api } from '../../lib/api.ts';
import { errorText, useLanguage } from '../../lib/i18n/index.ts';

const KEY = ['categories'];

export function useCategories() {
  return useQuery({ queryKey: KEY, queryFn: api.categories });
}

export function useCategoryActions() {
  const client = useQueryClient();
  const language = useLanguage();
  const refetch = () => client.invalidateQueries({ queryKey: KEY });
  const onError = (error: unknown) => {
    const { message, hint } = errorText(error, language);
    toast.error(message, { description: hint });
    void refetch();
  };
  const add = useMutation({ mutationFn: api.addCategory, onSuccess: refetch, onError });
  const edit = useMutation({
    mutationFn: ({ id, name, color }: Category) => api.editCategory(id, { name, color }),
    onSuccess: refetch,
    onError,
  });
  const remove = useMutation({ mutationFn: api.removeCategory, onSuccess: refetch, onError });
  return { add, edit, remove };
}
