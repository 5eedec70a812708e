import type { JobDetail } from '@destila/contracts';
import { useQuery } from '@tanstack/react-query';
import { Ellipsis, FileDown, type LucideIcon, RefreshCw, SearchCheck, SearchX, Trash } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { useState } from 'react';
import { useMessages } from '../../lib/i18n/index.ts';
import { IconButton } from '../../ui/Button.tsx';
import { useJobActions } from '../jobs/useJobs.ts';
import { outsideReader } from '../models/index-reader.ts';
import { settingsQuery } from '../settings/settings-query.ts';
import { isOutdated } from './Findable.tsx';
import { IndexDialog } from './IndexDialog.tsx';
import { useIndexing } from './useIndexing.ts';

interface MoreMenuProps {
  job: JobDetail;
  flush: () => Promise<boolean>;
  onRegenerate: () => void;
}

export function MoreMenu({ job, flush, onRegenerate }: MoreMenuProps) {
  const words = useMessages();
  const { index, unindex } = useIndexing(job.id);
  const settings = useQuery(settingsQuery).data;
  const [asking, setAsking] = useState(false);
  // As it stands on the screen. Where the changes could not be sent, the draft itself says why.
  const indexNow = async () => {
    if (await flush()) index.mutate();
  };
  const begin = () => {
    const reader = settings ? outsideReader(settings) : null;
    if (reader && !reader.isAgreed) setAsking(true);
    else void indexNow();
  };
  const { remove } = useJobActions();
  const leave = () => location.assign('/jobs');
  return (
    <>
      <IndexDialog open={asking} onClose={() => setAsking(false)} onIndex={() => void indexNow()} />
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger asChild>
          <IconButton icon={Ellipsis} label={words.editor.more} />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content align="end" sideOffset={6} className="popup z-30 min-w-60 animate-[fade_100ms] p-1.5">
            <Download icon={FileDown} href={`/api/jobs/${job.id}/export.md`} label={words.editor.downloadNote} />
            <Item icon={RefreshCw} label={words.versions.regenerate} onSelect={onRegenerate} />
            {job.indexed_at ? (
              <>
                {isOutdated(job) && <Item icon={SearchCheck} label={words.editor.reindex} onSelect={begin} />}
                <Item icon={SearchX} label={words.editor.unindex} onSelect={() => unindex.mutate()} />
              </>
            ) : (
              <Item icon={SearchCheck} label={words.editor.index} onSelect={begin} />
            )}
            <DropdownMenu.Separator className="my-1.5 h-px bg-line" />
            <Item icon={Trash} label={words.job.remove} onSelect={() => remove.mutate(job.id, { onSuccess: leave })} />
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
    </>
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
