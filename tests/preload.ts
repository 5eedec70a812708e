import { setDefaultTimeout } from 'bun:test';

// Milliseconds. Real databases, browsers and ffmpeg start slowly on a busy machine; a test that hangs still ends.
setDefaultTimeout(60_000);
