import { ExternalLink } from 'lucide-react';
import { useMessages } from '../../lib/i18n/index.ts';
import { NotionTokenForm } from './NotionTokenForm.tsx';

const INTEGRATIONS = 'https://www.notion.so/profile/integrations';

/** What Notion is for, and the three steps to it. */
export function NotionConnect({ keepsTokens, onConnected }: { keepsTokens: boolean; onConnected: () => void }) {
  const words = useMessages();
  const { lead, createIntegration, share, paste } = words.notion;
  if (!keepsTokens) {
    return (
      <div className="px-4 py-3.5 text-sm">
        <p>{lead}</p>
        <p className="mt-1 text-muted">{words.models.keysNotKept}</p>
      </div>
    );
  }
  return (
    <>
      <div className="px-4 py-3.5 text-sm">
        <p>{lead}</p>
        <ol className="mt-2.5 flex list-decimal flex-col gap-1.5 pl-5 text-muted marker:text-faint">
          <li>
            <a
              href={INTEGRATIONS}
              target="_blank"
              rel="noreferrer"
              className="inline-flex items-center gap-1 font-medium text-accent hover:underline"
            >
              {createIntegration}
              <ExternalLink className="size-3.5" aria-hidden="true" />
            </a>
          </li>
          <li>{share}</li>
          <li>{paste}</li>
        </ol>
      </div>
      <NotionTokenForm onConnected={onConnected} />
    </>
  );
}
