import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '../../lib/api.ts';
import { jobKeys } from '../jobs/job-cache.ts';
import { useQueuedToast } from './useEnqueue.ts';

export interface UploadItem {
  id: string;
  file: File;
  prompt: string;
  /** From 0 to 1. */
  share: number;
  error: unknown;
  controller: AbortController;
}

/** Files on their way to the server; the page warns before it is closed under them. */
export function useUploads(prompt: string) {
  const announce = useQueuedToast();
  const client = useQueryClient();
  const [items, setItems] = useState<UploadItem[]>([]);
  const change = (id: string, fields: Partial<UploadItem>) =>
    setItems((now) => now.map((item) => (item.id === id ? { ...item, ...fields } : item)));
  const drop = (id: string) => setItems((now) => now.filter((item) => item.id !== id));

  useWarningBeforeClosing(items.some((item) => !item.error));

  async function send({ id, file, prompt, controller }: UploadItem): Promise<void> {
    const onProgress = (share: number) => change(id, { share });
    try {
      const job = await api.upload({ file, custom_prompt: prompt || null, onProgress, signal: controller.signal });
      drop(id);
      announce([job]);
      void client.invalidateQueries({ queryKey: jobKeys.lists });
    } catch (error) {
      if (!controller.signal.aborted) change(id, { error });
    }
  }
  function add(files: File[]): void {
    for (const file of files) {
      const controller = new AbortController();
      const item = {
        id: `${Date.now()}-${file.name}-${Math.random()}`,
        file,
        prompt: prompt.trim(),
        share: 0,
        error: null,
        controller,
      };
      setItems((now) => [...now, item]);
      void send(item);
    }
  }
  function stop(item: UploadItem): void {
    item.controller.abort();
    drop(item.id);
  }
  function retry(item: UploadItem): void {
    change(item.id, { error: null, share: 0 });
    void send(item);
  }
  return { items, add, stop, retry };
}

function useWarningBeforeClosing(busy: boolean): void {
  useEffect(() => {
    if (!busy) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [busy]);
}
