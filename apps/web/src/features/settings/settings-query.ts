import { queryOptions } from '@tanstack/react-query';
import { api } from '../../lib/api.ts';

export const settingsQuery = queryOptions({ queryKey: ['settings'], queryFn: api.settings });
