import { QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { Toaster } from 'sonner';
import { useMessages } from '../../lib/i18n/index.ts';
import { createQueryClient } from '../../lib/query-client.ts';
import { followSystemTheme } from '../../lib/theme.ts';
import { LiveJobs } from '../jobs/live-jobs.tsx';
import { Palette } from '../palette/Palette.tsx';
import { AccessDialog } from './AccessDialog.tsx';
import { ShortcutsDialog } from './ShortcutsDialog.tsx';

/** What every page stands on: one query client, live events, toasts, shortcuts. A page is one island, and this is its root. */
export function App({ children }: { children?: ReactNode }) {
  const [client] = useState(createQueryClient);
  useEffect(followSystemTheme, []);
  return (
    <QueryClientProvider client={client}>
      <LiveJobs>{children}</LiveJobs>
      <AccessDialog />
      <ShortcutsDialog />
      <Palette />
      <Toasts />
    </QueryClientProvider>
  );
}

function Toasts() {
  const words = useMessages();
  return (
    <Toaster
      position="bottom-right"
      containerAriaLabel={words.app.notifications}
      mobileOffset={{ bottom: 76, left: 16, right: 16 }}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            'popup flex w-full items-center gap-3 px-4 py-3 text-sm text-ink sm:w-[22rem] data-[type=error]:border-danger/40',
          title: 'font-medium',
          description: 'mt-0.5 text-muted',
          content: 'min-w-0 flex-1',
          icon: 'shrink-0 data-[type=error]:text-danger',
          actionButton:
            'shrink-0 rounded-md px-2.5 py-1 font-medium text-accent hover:bg-hover focus-visible:outline-2 focus-visible:outline-accent',
        },
      }}
    />
  );
}

/** Names the page in the tab and in the history. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Destila`;
  }, [title]);
}
