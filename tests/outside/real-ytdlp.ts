/** yt-dlp as it is, for the tests that show that we understand it; null where it is not installed. */
export const YTDLP: string | null = Bun.which('yt-dlp');

export const YTDLP_REMEDY = 'On Debian or Ubuntu: apt-get install yt-dlp';
