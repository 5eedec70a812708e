import { formatTimestamp } from '@destila/contracts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { FileText, ListVideo, Plus, Quote, Search, Settings } from 'lucide-react';
import { api } from '../../lib/api.ts';
import { type Messages, useLanguage, useMessages } from '../../lib/i18n/index.ts';
import { jobName, jobSource } from '../jobs/job-words.ts';
import { unquoted } from '../search/asked.ts';
import { noteAddress } from '../search/note-address.ts';
import { searchAddress } from '../search/search-address.ts';
import { fits, type PaletteEntry, type PaletteGroup } from './palette-entries.ts';

const NOTES = 5;
const PASSAGES = 6;

/**
 * What the palette offers for what is typed. `settled`: the same once it has stood still for a moment, which is what the
 * server is asked; by words, so that it answers at once and no model is asked for half a word.
 */
export function usePaletteGroups(typed: string, settled: string): { groups: PaletteGroup[]; isSearching: boolean } {
  const { palette: words } = useMessages();
  const language = useLanguage();
  const asked = { enabled: settled !== '', placeholderData: keepPreviousData };
  const notes = useQuery({
    ...asked,
    queryKey: ['palette', 'notes', settled],
    queryFn: ({ signal }) => api.jobs({ q: settled, limit: NOTES }, null, signal),
  });
  const passages = useQuery({
    ...asked,
    queryKey: ['search', 'palette', settled],
    queryFn: ({ signal }) => api.search({ q: settled, by: 'words', limit: PASSAGES }, signal),
  });
  const isAsked = typed.trim() !== '';
  const noteEntries = (isAsked ? (notes.data?.jobs ?? []) : []).map(
    (job): PaletteEntry => ({
      key: `note-${job.id}`,
      icon: FileText,
      href: `/jobs/${job.id}`,
      label: jobName(job, language),
      detail: jobSource(job, language),
    }),
  );
  const passageEntries = (isAsked ? (passages.data?.hits ?? []) : []).map((hit, at): PaletteEntry => {
    const moment = hit.start_seconds === null ? null : formatTimestamp(hit.start_seconds);
    return {
      key: `passage-${at}`,
      icon: Quote,
      href: noteAddress(hit),
      label: hit.snippet,
      detail: [jobName(hit, language), moment].filter(Boolean).join(' · '),
    };
  });
  const groups = [
    { title: words.notes, entries: noteEntries },
    { title: words.passages, entries: passageEntries },
    { title: words.actions, entries: actions(words, typed.trim()) },
  ];
  return {
    groups: groups.filter(({ entries }) => entries.length > 0),
    isSearching: isAsked && (notes.isFetching || passages.isFetching || settled !== typed.trim()),
  };
}

function actions(words: Messages['palette'], typed: string): PaletteEntry[] {
  const all: PaletteEntry[] = [
    { key: 'add', icon: Plus, href: '/', label: words.add },
    { key: 'queue', icon: ListVideo, href: '/jobs', label: words.queue },
    { key: 'search', icon: Search, href: '/search', label: words.search },
    { key: 'settings', icon: Settings, href: '/settings', label: words.settings },
  ];
  if (typed === '') return all;
  const everything = {
    key: 'everything',
    icon: Search,
    href: `/search${searchAddress(typed, {})}`,
    label: words.everything(unquoted(typed)),
  };
  return [...all.filter(({ label }) => fits(label, typed)), everything];
}
