import { ListVideo, Upload } from 'lucide-react';
import { type KeyboardEvent, type SubmitEvent, useEffect, useId, useRef, useState } from 'react';
import { useMessages } from '../../lib/i18n/index.ts';
import { Button } from '../../ui/Button.tsx';
import { type AddOptions, NO_OPTIONS } from './add-options.ts';
import { EnqueueProblems } from './EnqueueProblems.tsx';
import { OptionFields, OptionsToggle } from './OptionFields.tsx';
import { PlaylistPreview } from './PlaylistPreview.tsx';
import { linkKind } from './playlist-link.ts';
import { linesOf, useEnqueue, type VideoToAdd } from './useEnqueue.ts';

interface AddVideosProps {
  options: AddOptions;
  onOptions: (options: AddOptions) => void;
  onFiles: (files: File[]) => void;
}

/** Paste an address, press Enter. Several lines queue several videos; Shift+Enter begins a line; a list is looked into first. */
export function AddVideos({ options, onOptions, onFiles }: AddVideosProps) {
  const words = useMessages().dashboard;
  const [text, setText] = useState('');
  const [list, setList] = useState(listInAddress);
  const [optionsOpen, setOptionsOpen] = useState(options.prompt !== '');
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => history.replaceState(null, '', location.pathname), []);
  const enqueue = useEnqueue();
  const optionsId = useId();
  const urls = linesOf(text);
  const lists = urls.filter((url) => linkKind(url) === 'list');
  const [alone] = urls.length === 1 ? urls : [];
  const kind = alone ? linkKind(alone) : null;

  const withdraw = (settled: string[]) =>
    setText((now) =>
      linesOf(now)
        .filter((line) => !settled.includes(line))
        .join('\n'),
    );
  const add = async (videos: VideoToAdd[]) => {
    const toMend = await enqueue.add(videos, options);
    // Only that stays in the field, and what was typed meanwhile.
    withdraw(videos.map(({ url }) => url).filter((url) => !toMend.includes(url)));
    if (toMend.length === 0) onOptions(NO_OPTIONS);
  };
  const submit = async (event?: SubmitEvent) => {
    event?.preventDefault();
    field.current?.focus();
    if (urls.length === 0 || enqueue.busy) return;
    const videos = urls.filter((url) => !lists.includes(url)).map((url) => ({ url }));
    if (videos.length > 0) await add(videos);
    setList(lists[0] ?? null);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void submit();
  };
  const addFromList = (videos: VideoToAdd[]) => {
    if (list) withdraw([list]);
    setList(null);
    void add(videos);
  };
  return (
    <>
      <form onSubmit={submit} noValidate>
        <div className="control rounded-xl shadow-raised">
          <textarea
            ref={field}
            data-main
            // biome-ignore lint/a11y/noAutofocus: pasting an address is what this page is for.
            autoFocus
            aria-label={words.url}
            placeholder={words.placeholder}
            value={text}
            rows={1}
            spellCheck={false}
            autoCapitalize="off"
            inputMode="url"
            enterKeyHint="go"
            onChange={(event) => setText(event.target.value)}
            onKeyDown={onKey}
            className="field-sizing-content block max-h-60 min-h-13 w-full resize-none bg-transparent px-4 pt-4 pb-2 text-base wrap-anywhere outline-none"
          />
          {alone && kind === 'video_in_list' && (
            <p className="flex flex-wrap items-center gap-x-3 px-4 text-sm text-muted" role="status">
              {words.inList}
              <button
                type="button"
                onClick={() => setList(alone)}
                className="inline-flex h-9 items-center font-medium text-accent hover:underline"
              >
                {words.seeWholeList}
              </button>
            </p>
          )}
          <div id={optionsId} hidden={!optionsOpen} className="mx-4 mt-1 border-t border-line py-3">
            <OptionFields options={options} onChange={onOptions} />
          </div>
          <div className="flex flex-wrap items-center gap-2 p-2">
            <OptionsToggle
              options={options}
              open={optionsOpen}
              onToggle={() => setOptionsOpen(!optionsOpen)}
              controls={optionsId}
            />
            {alone && kind === 'unknown' && (
              <Button look="quiet" icon={ListVideo} aria-label={words.isList} onClick={() => setList(alone)}>
                <span className="max-sm:hidden">{words.isList}</span>
              </Button>
            )}
            <FilePicker onFiles={onFiles} />
            <Button type="submit" look="primary" aria-disabled={urls.length === 0} disabled={enqueue.busy}>
              {submitLabel(urls.length, kind === 'list', words)}
            </Button>
          </div>
        </div>
        <EnqueueProblems enqueue={enqueue} onSettled={withdraw} />
      </form>
      {list && (
        <PlaylistPreview
          url={list}
          options={options}
          onOptions={onOptions}
          onAdd={addFromList}
          onClose={() => setList(null)}
        />
      )}
    </>
  );
}

function submitLabel(
  count: number,
  isList: boolean,
  words: { seeList: string; process: string; processMany: (n: number) => string },
): string {
  if (isList) return words.seeList;
  return count > 1 ? words.processMany(count) : words.process;
}

/** `/?list=…`, from a job that turned out to be a list; it is in the address once. */
function listInAddress(): string | null {
  return new URLSearchParams(location.search).get('list');
}

function FilePicker({ onFiles }: { onFiles: (files: File[]) => void }) {
  const words = useMessages().dashboard;
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept="video/*,audio/*,.mkv,.opus"
        aria-label={words.upload}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
      <Button look="quiet" icon={Upload} aria-label={words.upload} onClick={() => input.current?.click()}>
        <span className="max-sm:hidden">{words.upload}</span>
      </Button>
    </>
  );
}
