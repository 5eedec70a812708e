/** Settings by which no program and no model can be fetched: tests reach nothing outside this machine. */
export const NOTHING_FETCHED = { YTDLP_MIRROR: 'http://127.0.0.1:9', WHISPER_MIRROR: 'http://127.0.0.1:9' } as const;
