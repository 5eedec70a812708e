import { Download } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { useMessages } from '../../lib/i18n/index.ts';
import { IconButton } from '../../ui/Button.tsx';

const FORMS = ['txt', 'srt', 'vtt', 'json'] as const;

/** The transcript as a file, in whichever form is of use. */
export function TranscriptDownload({ jobId }: { jobId: string }) {
  const words = useMessages().editor;
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <IconButton icon={Download} label={words.downloadTranscript} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="end" sideOffset={6} className="popup z-30 min-w-52 animate-[fade_100ms] p-1.5">
          {FORMS.map((form) => (
            <DropdownMenu.Item key={form} asChild>
              <a href={`/api/jobs/${jobId}/transcript.${form}`} download className="menu-item">
                <span className="flex-1">{words.transcriptForms[form]}</span>
                <span className="text-xs text-faint">.{form}</span>
              </a>
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
