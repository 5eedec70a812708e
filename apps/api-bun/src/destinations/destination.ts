import type { Category } from '@destila/contracts';

/** What is published of a job: everything a reader of the note needs, nothing that Destila keeps for itself. */
export interface Note {
  /** One for a job and a destination: publishing the same key again writes to the same place. */
  importKey: string;
  title: string;
  /** Where to watch the video; null when it can be watched nowhere but in Destila. */
  url: string | null;
  /** True when a page that is given the address can play the video itself. */
  isEmbeddable: boolean;
  /** A picture of the video that anybody can load. */
  coverUrl: string | null;
  /** Our own picture of it, a JPEG, read when it is wanted; null when there is none. */
  thumbnail: () => Promise<Uint8Array | null>;
  /** Canonical Markdown; every link in it is absolute. */
  markdown: string;
  /** The words of the video in passages, each with a link to its moment. */
  transcript: readonly Passage[];
  category: Pick<Category, 'name' | 'color'> | null;
  tags: readonly string[];
  channel: string | null;
  /** The day it was published, `YYYY-MM-DD`. */
  published: string | null;
  durationSeconds: number | null;
  /** BCP 47. */
  language: string | null;
  savedAt: Date;
}

export interface Passage {
  start: number;
  link: string;
  text: string;
}

/** What a destination remembers of a note between two calls. */
export interface Kept {
  /** What the destination calls the place. */
  externalId: string;
  /** The destination's own, as JSON. */
  state: unknown;
}

export interface PublishContext {
  /** What an earlier call kept last; null when none came that far. */
  kept: Kept | null;
  /** True when there was an earlier call: something of it may be there that it could not keep. */
  repeated: boolean;
  /** What becomes of changes that somebody else made to the place since. `ask` gives them up to the person: `page_changed`. */
  onConflict: 'ask' | 'overwrite' | 'append';
  /** Called before and after whatever cannot be repeated blindly. Rejects when somebody else has taken over: write nothing more. */
  keep(kept: Kept): Promise<void>;
  /** Called before each request. Throws when somebody else may have taken over. */
  confirm(): void;
  signal: AbortSignal;
  /** Nobody waits for the end: what asks for a minute's patience gets it. */
  unattended?: boolean;
}

export interface Published extends Kept {
  /** For people: a path or a web address. */
  location: string;
  /** Something of a call that was cut off may still come: look for strays in a while. */
  lookAgain: boolean;
}

/**
 * Somewhere a note can be published. A call may be cut off anywhere and made again, by any process: in the end the note is there
 * once, whole, as it was given last.
 */
export interface Destination {
  readonly name: 'markdown' | 'notion';
  /** @throws {DestilaError} with one of the codes of publishing, `page_changed` among them */
  publish(note: Note, context: PublishContext): Promise<Published>;
  /**
   * Throws away what a call that was cut off made after the note was published elsewhere. `isStillThere` is asked once that was
   * found, whether it is still so.
   */
  removeStrays?(
    kept: Pick<Kept, 'externalId'> & Pick<Note, 'importKey'>,
    isStillThere: () => Promise<boolean>,
    signal: AbortSignal,
  ): Promise<void>;
  /** Resolves when it can be published to; changes nothing. @throws {DestilaError} as `publish` does */
  examine(signal: AbortSignal): Promise<void>;
}
