import { ArrowLeft } from 'lucide-react';
import { useMessages } from '../../lib/i18n/index.ts';

export function BackToQueue() {
  const words = useMessages().editor;
  return (
    <a
      href="/jobs"
      className="-ml-2 inline-flex h-9 items-center gap-1.5 rounded-lg px-2 text-sm text-muted hover:text-ink"
    >
      <ArrowLeft className="size-4" aria-hidden="true" />
      {words.back}
    </a>
  );
}
