import { READ_HERE, type Settings } from '@destila/contracts';

const NAMES: Record<string, string> = {
  'api.openai.com': 'OpenAI',
  'generativelanguage.googleapis.com': 'Google',
};

/** What people call a host that reads their notes. */
export function readerName(host: string): string {
  return NAMES[host] ?? host;
}

type Asked = Pick<Settings, 'outside_reader' | 'index_reader'>;

export interface OutsideReader {
  host: string;
  /** Else indexing a note has to say so, and agreeing to that is agreeing to this reader. */
  isAgreed: boolean;
}

/**
 * Who, on another machine, reads the next note that is indexed; null where it is read here or not at all. With notes that
 * were read here, only the settings ask for more: all of them would be sent.
 */
export function outsideReader({ outside_reader: reader, index_reader: answer }: Asked): OutsideReader | null {
  if (reader === null || answer === READ_HERE) return null;
  const isAgreed = answer === reader.host;
  return isAgreed || reader.notes === 0 ? { host: reader.host, isAgreed } : null;
}
