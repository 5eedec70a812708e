/** What is published of a job: everything a reader of the note needs, nothing that Destila keeps for itself. */
export interface Note {
  /** One for a job and a destination: publishing the same key again writes to the same place. */
  importKey: string;
  title: string;
  /** Where to watch the video; null when it can be watched nowhere but in Destila. */
  url: string | null;
  /** Canonical Markdown; every link in it is absolute. */
  markdown: string;
  category: string | null;
  tags: readonly string[];
  channel: string | null;
  durationSeconds: number | null;
  /** BCP 47. */
  language: string | null;
  savedAt: Date;
}

export interface PublishContext {
  /** What an earlier call gave as `externalId`, also one that was cut off later. */
  previous: string | null;
  /** Told as soon as the destination has a place for the note, so that a call that is cut off can be taken up again. */
  keepExternalId(externalId: string): Promise<void>;
  signal: AbortSignal;
}

export interface Published {
  /** What the destination itself calls the place; given back as `previous`. */
  externalId: string;
  /** For people: a path or a web address. */
  location: string;
}

/** Somewhere a note can be published. However often a note is published, it is there once, as it was given last. */
export interface Destination {
  readonly name: 'markdown' | 'notion';
  /** @throws {DestilaError} with one of the codes of publishing. */
  publish(note: Note, context: PublishContext): Promise<Published>;
  /** Resolves when it can be published to; changes nothing. @throws {DestilaError} as `publish` does */
  examine(signal: AbortSignal): Promise<void>;
}
