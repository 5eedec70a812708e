import { basename, join } from 'node:path';
import type { Segment } from '@destila/contracts';

/** A transcript of ours, with what a careful reader would keep of it. */
export interface Transcript {
  name: string;
  /** ISO 639-1. */
  language: string;
  segments: Segment[];
  /** Its key sentences, in order. */
  gold: string[];
  /** Seconds at which its chapters begin; the first is 0. */
  chapters: number[];
}

const FOLDER = join(import.meta.dir, 'corpus');
const WORDS_OF_CAPTION = 9;
/** Seconds of silence at which captions break off. */
const BREAK = 0.45;

/** All of them, by name. */
export async function readCorpus(): Promise<Transcript[]> {
  const files = [...new Bun.Glob('*.txt').scanSync(FOLDER)].sort();
  return await Promise.all(
    files.map(async (file) => transcriptOf(basename(file, '.txt'), await Bun.file(join(FOLDER, file)).text())),
  );
}

interface Line {
  kind: 'chapter' | 'speaker' | 'pause' | 'key' | 'sentence';
  text: string;
}
const MARKS: Record<string, Line['kind']> = { '##': 'chapter', '@': 'speaker', '~': 'pause', '*': 'key' };

/** One line a sentence: `*` marks a key sentence, `##` a chapter, `@` who speaks from here on, `~` seconds of silence. */
function transcriptOf(name: string, file: string): Transcript {
  const [head = '', ...body] = file.split('\n\n');
  const settings = new Map(head.split('\n').map((line) => [line.split(': ')[0], line.split(': ')[1]] as const));
  const speaks = settings.get('captions') === 'bare' ? withoutPunctuation : (text: string) => text;
  const captions = new Captions(Number(settings.get('words a second')));
  const lines = body.join('\n').split('\n').filter(Boolean).map(lineOf);
  const chapters: number[] = [];
  for (const { kind, text } of lines) {
    if (kind === 'chapter') chapters.push(chapters.length === 0 ? 0 : captions.now);
    else if (kind === 'speaker') captions.speaker = text;
    else if (kind === 'pause') captions.wait(Number(text));
    else captions.say(speaks(text));
  }
  const gold = lines.filter(({ kind }) => kind === 'key').map(({ text }) => text);
  return { name, language: settings.get('language') ?? 'en', segments: captions.segments, gold, chapters };
}

function lineOf(line: string): Line {
  const [, mark = '', text = ''] = /^(##|[@~*])?\s*(.*)$/.exec(line) ?? [];
  return { kind: MARKS[mark] ?? 'sentence', text };
}

/** What a machine hears that knows no punctuation. */
function withoutPunctuation(text: string): string {
  return text.replace(/[^\p{L}\p{N}\s'-]/gu, '').toLowerCase();
}

/** Captions as they are cut: some words each, wherever sentences begin or end, and anew after a silence. */
class Captions {
  readonly segments: Segment[] = [];
  speaker: string | undefined;
  now = 0;
  #sentences = 0;
  #room = 0;

  constructor(private readonly wordsPerSecond: number) {}

  /** A breath after every sentence; how long it is changes, and is the same each time. */
  say(sentence: string): void {
    for (const word of sentence.split(/\s+/)) this.#add(word);
    this.wait(0.1 + ((this.#sentences++ * 0.37) % 0.6));
  }

  wait(seconds: number): void {
    this.now += seconds;
    if (seconds >= BREAK) this.#room = 0;
  }

  #add(word: string): void {
    const last = this.segments.at(-1);
    const end = this.now + 1 / this.wordsPerSecond;
    if (last && this.#room > 0 && last.speaker === this.speaker) {
      last.text += ` ${word}`;
      last.end = end;
    } else {
      const speaker = this.speaker === undefined ? {} : { speaker: this.speaker };
      this.segments.push({ id: this.segments.length, start: this.now, end, text: word, ...speaker });
      this.#room = WORDS_OF_CAPTION;
    }
    this.#room -= 1;
    this.now = end;
  }
}
