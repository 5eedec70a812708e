import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A video cut up as sites stream it, in a folder that the media site serves under `/<base name of the folder>/`:
 * `hls/main.m3u8` (a playlist of playlists, clear), `hls/secret.m3u8` (AES-128, with its key beside it), `dash/main.mpd`.
 * `ffmpeg` is the program's path.
 */
export async function makeStreams(ffmpeg: string, video: string, folder: string): Promise<void> {
  await Promise.all(['hls', 'dash'].map((name) => mkdir(join(folder, name), { recursive: true })));
  const make = async (...args: string[]) => {
    const command = [ffmpeg, '-nostdin', '-v', 'error', '-y', '-i', video, ...args];
    const child = Bun.spawn(command, { cwd: folder, stderr: 'pipe' });
    const [exitCode, words] = await Promise.all([child.exited, new Response(child.stderr).text()]);
    if (exitCode !== 0) throw new Error(`cannot make streams: ${words}`);
  };
  await writeFile(join(folder, 'hls/key.bin'), randomBytes(16));
  await writeFile(join(folder, 'hls/key-info.txt'), 'key.bin\nhls/key.bin\n');
  const hls = ['-c', 'copy', '-f', 'hls', '-hls_time', '4', '-hls_list_size', '0'];
  await make(...hls, '-master_pl_name', 'main.m3u8', 'hls/parts.m3u8');
  await make(...hls, '-hls_key_info_file', 'hls/key-info.txt', 'hls/secret.m3u8');
  await make('-map', '0', '-c', 'copy', '-f', 'dash', 'dash/main.mpd');
}
