import type { JobDetail } from '@destila/contracts';
import { Ellipsis, FileDown, type LucideIcon, RefreshCw, SearchCheck, SearchX, Trash } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { useMessages } from '../../lib/i18n/index.ts';
import { IconButton } from '../../ui/Button.tsx';
import { useJobActions } from '../jobs/useJobs.ts';
import { useIndexing } from './useIndexing.ts';

export function MoreMenu({ job, onRegenerate }: { job: JobDetail; onRegenerate: () => void }) {
  const words = useMessages();
  const { index, unindex } = useIndexing(job.id);
  const { remove } = useJobActions();
  const leave = () => location.assign('/jobs');
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <IconButton icon={Ellipsis} label={words.editor.more} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="end" sideOffset={6} className="popup z-30 min-w-60 animate-[fade_100ms] p-1.5">
          <Download icon={FileDown} href={`/api/jobs/${job.id}/export.md`} label={words.editor.downloadNote} />
          <Item icon={RefreshCw} label={words.versions.regenerate} onSelect={onRegenerate} />
          {job.indexed_at ? (
            <Item icon={SearchX} label={words.editor.unindex} onSelect={() => unindex.mutate()} />
          ) : (
            <Item icon={SearchCheck} label={words.editor.index} onSelect={() => index.mutate()} />
          )}
          <DropdownMenu.Separator className="my-1.5 h-px bg-line" />
          <Item icon={Trash} label={words.job.remove} onSelect={() => remove.mutate(job.id, { onSuccess: leave })} />
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function Download({ icon: Icon, href, label }: { icon: LucideIcon; href: string; label: string }) {
  return (
    <DropdownMenu.Item asChild>
      <a href={href} download className="menu-item">
        <Icon className="size-4 text-faint" aria-hidden="true" />
        {label}
      </a>
    </DropdownMenu.Item>
  );
}

function Item({ icon: Icon, label, onSelect }: { icon: LucideIcon; label: string; onSelect: () => void }) {
  return (
    <DropdownMenu.Item className="menu-item" onSelect={onSelect}>
      <Icon className="size-4 text-faint" aria-hidden="true" />
      {label}
    </DropdownMenu.Item>
  );
}
