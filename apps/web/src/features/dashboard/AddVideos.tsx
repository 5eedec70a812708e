import { MAX_PROMPT_LENGTH } from '@destila/contracts';
import { ChevronDown, Upload } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, type SubmitEvent, useId, useRef, useState } from 'react';
import { useLanguage, useMessages } from '../../lib/i18n/index.ts';
import { Button } from '../../ui/Button.tsx';
import { EnqueueProblems } from './EnqueueProblems.tsx';
import { linesOf, useEnqueue } from './useEnqueue.ts';

interface AddVideosProps {
  prompt: string;
  onPrompt: (prompt: string) => void;
  onFiles: (files: File[]) => void;
}

/** Paste an address, press Enter. Several lines queue several videos; Shift+Enter begins a line. */
export function AddVideos({ prompt, onPrompt, onFiles }: AddVideosProps) {
  const words = useMessages().dashboard;
  const [text, setText] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  const enqueue = useEnqueue();
  const urls = linesOf(text);

  const submit = async (event?: SubmitEvent) => {
    event?.preventDefault();
    field.current?.focus();
    if (urls.length === 0 || enqueue.busy) return;
    const refused = await enqueue.add(urls, prompt);
    // Only what was refused stays in the field, and what was typed meanwhile.
    setText((now) =>
      linesOf(now)
        .filter((line) => !urls.includes(line) || refused.includes(line))
        .join('\n'),
    );
    if (refused.length === 0) onPrompt('');
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void submit();
  };
  return (
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
        <Prompt value={prompt} onChange={onPrompt}>
          <FilePicker onFiles={onFiles} />
          <Button type="submit" look="primary" aria-disabled={urls.length === 0} disabled={enqueue.busy}>
            {urls.length > 1 ? words.processMany(urls.length) : words.process}
          </Button>
        </Prompt>
      </div>
      <EnqueueProblems enqueue={enqueue} onSettled={(url) => setText((now) => withoutLine(now, url))} />
    </form>
  );
}

function Prompt(props: { value: string; onChange: (prompt: string) => void; children: ReactNode }) {
  const { value, onChange, children } = props;
  const words = useMessages().dashboard;
  const language = useLanguage();
  const [open, setOpen] = useState(value !== '');
  const id = useId();
  const left = MAX_PROMPT_LENGTH - value.length;
  return (
    <>
      {open && (
        <div id={id} className="mx-4 border-t border-line pt-3">
          <label htmlFor={`${id}-text`} className="text-sm font-medium">
            {words.prompt}
          </label>
          <textarea
            id={`${id}-text`}
            value={value}
            maxLength={MAX_PROMPT_LENGTH}
            placeholder={words.promptPlaceholder}
            onChange={(event) => onChange(event.target.value)}
            className="field-sizing-content mt-1 block max-h-72 min-h-16 w-full resize-none bg-transparent text-sm outline-none"
          />
          {left < 500 && (
            <p className="pb-1 text-xs text-faint">{words.promptLeft(new Intl.NumberFormat(language).format(left))}</p>
          )}
        </div>
      )}
      <div className="flex flex-wrap items-center gap-2 p-2">
        <button
          type="button"
          aria-expanded={open}
          aria-controls={id}
          onClick={() => {
            if (open) onChange('');
            setOpen(!open);
          }}
          className="mr-auto inline-flex h-9 items-center gap-1.5 rounded-lg px-2 text-sm text-muted transition-colors hover:bg-hover hover:text-ink"
        >
          <ChevronDown className={`size-4 transition-transform ${open ? 'rotate-180' : ''}`} aria-hidden="true" />
          {open ? words.promptHide : words.promptShow}
        </button>
        {children}
      </div>
    </>
  );
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

function withoutLine(text: string, url: string): string {
  return linesOf(text)
    .filter((line) => line !== url)
    .join('\n');
}
