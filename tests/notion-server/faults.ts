/** What befalls a request. */
export type Fault =
  /** Refused with that answer; nothing is done. */
  | { kind: 'refused'; status: number; code: string; retryAfter?: number }
  /** Done, but the answer says that it was not, as a gateway's does that gave up waiting. */
  | { kind: 'denied'; status: number; code: string }
  /** The connection ends, before anything is done or after everything was. */
  | { kind: 'dropped'; when: 'before' | 'after' }
  /** Done, and the connection ends in the middle of the answer. */
  | { kind: 'half-answer' }
  /** The connection ends at once, and what it asked for is done that many milliseconds later. */
  | { kind: 'late'; milliseconds: number }
  /** Done after that many milliseconds. */
  | { kind: 'slow'; milliseconds: number };

/** Which fault a request meets, by `METHOD /path` with ids written as `:id`; null for none. */
export type FaultSource = (request: string) => Fault | null;
