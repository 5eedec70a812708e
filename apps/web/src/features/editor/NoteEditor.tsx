import './note-editor.css';
import { type MouseEvent, useEffect, useEffectEvent, useRef, useState } from 'react';
import { useMessages } from '../../lib/i18n/index.ts';
import { createNoteEditor, type NoteEditorHandle } from './crepe.ts';
import { WrittenNote } from './WrittenNote.tsx';

interface NoteEditorProps {
  markdown: string;
  onChange: (markdown: string) => void;
  /** Gets the way to read the note at this very moment, ahead of the editor's own notice. */
  onReady: (read: () => string) => void;
  /** A link was clicked. @returns true where it was followed in place. */
  onLink: (href: string) => boolean;
}

/** The note, written in as it looks. Mounted once per text: another text is another editor. */
export default function NoteEditor({ markdown, onChange, onReady, onLink }: NoteEditorProps) {
  const words = useMessages().editor;
  const root = useRef<HTMLDivElement>(null);
  const [ready, setReady] = useState(false);
  const changed = useEffectEvent(onChange);

  const start = useEffectEvent(async (element: HTMLElement, signal: AbortSignal): Promise<NoteEditorHandle> => {
    const editor = await createNoteEditor({ root: element, markdown, words, onChange: (text) => changed(text) });
    if (signal.aborted) return editor;
    onReady(editor.read);
    setReady(true);
    return editor;
  });
  useEffect(() => {
    if (!root.current) return;
    const controller = new AbortController();
    const editor = start(root.current, controller.signal);
    return () => {
      controller.abort();
      void editor.then(({ destroy }) => destroy());
    };
  }, []);

  const follow = (event: MouseEvent) => {
    const link =
      event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('.ProseMirror a[href]') : null;
    const href = link?.getAttribute('href');
    if (!href) return;
    event.preventDefault();
    if (!onLink(href) && /^(https?:|\/)/.test(href)) window.open(href, '_blank', 'noopener');
  };
  return (
    <>
      {!ready && <WrittenNote markdown={markdown} />}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: a link in a text being edited is followed by pointer; the keyboard moves the caret through it. */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: see above; the textbox inside is what is focused. */}
      <div ref={root} className="note-editor" data-ready={ready} hidden={!ready} onClick={follow} />
    </>
  );
}
