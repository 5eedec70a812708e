import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api } from '../../lib/api.ts';
import { jobKeys } from '../jobs/job-cache.ts';
import { settingsQuery } from '../settings/settings-query.ts';
import { type AddOptions, requestOptions } from './add-options.ts';
import { refusalOf } from './refused-file.ts';
import { useQueuedToast } from './useEnqueue.ts';

export interface UploadItem {
  id: string;
  file: File;
  options: AddOptions;
  /** From 0 to 1; null while it waits for the files before it. */
  share: number | null;
  error: unknown;
  controller: AbortController;
}

/** Files on their way to the server, one after the other; the page warns before it is closed under them. */
export function useUploads(options: AddOptions) {
  const announce = useQueuedToast();
  const client = useQueryClient();
  const limit = useQuery(settingsQuery).data?.upload_limit;
  const [items, setItems] = useState<UploadItem[]>([]);
  const line = useRef(Promise.resolve());
  const change = (id: string, fields: Partial<UploadItem>) =>
    setItems((now) => now.map((item) => (item.id === id ? { ...item, ...fields } : item)));
  const drop = (id: string) => setItems((now) => now.filter((item) => item.id !== id));

  useWarningBeforeClosing(items.some((item) => !item.error));

  async function send({ id, file, options, controller }: UploadItem, force: boolean): Promise<void> {
    if (controller.signal.aborted) return;
    change(id, { share: 0 });
    const { custom_prompt, output_language, options: chosen } = requestOptions(options);
    try {
      const job = await api.upload({
        file,
        custom_prompt: custom_prompt ?? null,
        output_language: output_language ?? null,
        options: chosen,
        force,
        onProgress: (share) => change(id, { share }),
        signal: controller.signal,
      });
      drop(id);
      announce([job]);
      void client.invalidateQueries({ queryKey: jobKeys.lists });
    } catch (error) {
      if (!controller.signal.aborted) change(id, { error });
    }
  }
  function queue(item: UploadItem, force = false): void {
    line.current = line.current.then(() => send(item, force));
  }
  function add(files: File[]): void {
    for (const file of files) {
      const error = refusalOf(file, limit);
      const id = `${Date.now()}-${file.name}-${Math.random()}`;
      const item = { id, file, options, share: null, error, controller: new AbortController() };
      setItems((now) => [...now, item]);
      if (!error) queue(item);
    }
  }
  function stop(item: UploadItem): void {
    item.controller.abort();
    drop(item.id);
  }
  /** `force` also where the same file is there already. */
  function retry(item: UploadItem, force: boolean): void {
    change(item.id, { error: null, share: null });
    queue(item, force);
  }
  return { items, limit, add, stop, retry };
}

function useWarningBeforeClosing(busy: boolean): void {
  useEffect(() => {
    if (!busy) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [busy]);
}
