import { type JobEvent, jobEventSchema } from '@destila/contracts';

/** Milliseconds between two attempts, where the browser itself does not try again (a refused answer ends an EventSource). */
const RETRY_INTERVAL = 5000;
const EVENT_TYPES = ['job', 'progress', 'draft', 'deleted', 'resync'] as const satisfies readonly JobEvent['type'][];

/**
 * Listens to the job events until the returned function is called. `onOpen` says that the line is up (again): what
 * happened before is to be fetched; `onDown` that it is not.
 */
export function listenToJobs(on: { event: (event: JobEvent) => void; open: () => void; down: () => void }): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const receive = (message: MessageEvent<string>) => {
    const event = jobEventSchema.safeParse(JSON.parse(message.data));
    if (event.success) on.event(event.data);
  };
  const connect = () => {
    source = new EventSource('/api/jobs/events');
    for (const type of EVENT_TYPES) source.addEventListener(type, receive);
    source.onopen = on.open;
    source.onerror = () => {
      on.down();
      if (source?.readyState === EventSource.CLOSED) timer = setTimeout(connect, RETRY_INTERVAL);
    };
  };

  connect();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}
