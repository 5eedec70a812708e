import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CAPTIONS = `1
00:00:00,500 --> 00:00:03,000
Hoy hablamos de la memoria.

2
00:00:03,500 --> 00:00:11,000
Recordar es volver a construir.
`;

const METADATA = `;FFMETADATA1
title=La memoria
artist=Canal de prueba
date=2024-03-05
[CHAPTER]
TIMEBASE=1/1000
START=0
END=4000
title=Introducción
[CHAPTER]
TIMEBASE=1/1000
START=4000
END=12000
title=Cómo recordamos
`;

/** Small media of 12 seconds, made when a test needs them. Every name ends as its kind does. */
export interface SampleMedia extends AsyncDisposable {
  readonly folder: string;
  /**
   * `captioned.mp4` and `.mkv`: a picture, a tone in Spanish, Spanish and English captions, two chapters, a title, a date;
   * `plain.mp4`: without captions and chapters; `silent.mp4`: only a picture; `sound.mp3`: only a tone;
   * `late.mp4`: its sound begins after 3 s; `cut.mp4`, `cut.mkv`, `cut-index-last.mp4`: the first two thirds of a file.
   */
  path(name: string): string;
}

/** `ffmpeg` is the program's path. */
export async function makeSampleMedia(ffmpeg: string): Promise<SampleMedia> {
  const folder = await mkdtemp(join(tmpdir(), 'sample-media-'));
  const path = (name: string) => join(folder, name);
  await Bun.write(path('captions.srt'), CAPTIONS);
  await Bun.write(path('metadata.txt'), METADATA);

  const make = async (name: string, ...args: string[]) => {
    const child = Bun.spawn([ffmpeg, '-nostdin', '-v', 'error', '-y', ...args, path(name)], { stderr: 'pipe' });
    const [exitCode, words] = await Promise.all([child.exited, new Response(child.stderr).text()]);
    if (exitCode !== 0) throw new Error(`cannot make ${name}: ${words}`);
  };
  const picture = ['-f', 'lavfi', '-i', 'testsrc=size=960x540:rate=5:duration=12'];
  const tone = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=44100:duration=12'];
  const captions = ['-i', path('captions.srt')];
  const coded = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '10', '-pix_fmt', 'yuv420p', '-c:a', 'aac'];
  const indexFirst = ['-movflags', '+faststart'];
  const maps = ['0:v', '1:a', '2:s', '3:s'].flatMap((stream) => ['-map', stream]);
  const languages = ['a:0=spa', 's:0=spa', 's:1=eng'].flatMap((entry) => {
    const [stream, language] = entry.split('=');
    return [`-metadata:s:${stream}`, `language=${language}`];
  });
  const described = [...maps, '-map_metadata', '4', '-map_chapters', '4', ...languages];
  const inputs = [...picture, ...tone, ...captions, ...captions, '-i', path('metadata.txt')];

  await make('captioned.mp4', ...inputs, ...described, ...coded, '-c:s', 'mov_text', ...indexFirst);
  await make('captioned.mkv', ...inputs, ...described, ...coded, '-c:s', 'srt');
  await make('plain.mp4', ...picture, ...tone, ...coded, ...indexFirst);
  await make('index-last.mp4', ...picture, ...tone, ...coded);
  await make('silent.mp4', ...picture, ...coded, ...indexFirst);
  await make('sound.mp3', ...tone);
  await make('late.mp4', ...picture, '-itsoffset', '3', ...tone, ...coded, ...indexFirst);
  await cut(path('plain.mp4'), path('cut.mp4'));
  await cut(path('captioned.mkv'), path('cut.mkv'));
  await cut(path('index-last.mp4'), path('cut-index-last.mp4'));

  return { folder, path, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

async function cut(whole: string, part: string) {
  const bytes = await Bun.file(whole).bytes();
  await Bun.write(part, bytes.subarray(0, Math.floor((bytes.length * 2) / 3)));
}
