/** Makes the sample video from its script: `bun examples/make-sample.ts`. Needs espeak-ng, and Chromium to draw. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ffmpeg from '@ffmpeg-installer/ffmpeg';
import { $ } from 'bun';
import { launchBrowser } from '../tests/browser.ts';
import script from './la-luna-y-las-mareas.json' with { type: 'json' };
import { drawSlide, SLIDE_SIZE, type Slide } from './slides.ts';

/** A sentence with its slide, its voice, and where it lies in the video (seconds; `until` is where the next begins). */
interface Scene {
  slide: Slide;
  text: string;
  voice: Int16Array;
  start: number;
  end: number;
  until: number;
}

const OUTPUT = join(import.meta.dir, 'la-luna-y-las-mareas.mp4');
const SAMPLE_RATE = 22_050; // espeak-ng's own
const WAV_HEADER_BYTES = 44;
const WORDS_PER_MINUTE = 168;
const PAUSE = { lead: 0.6, sentence: 0.4, part: 0.9 };

const folder = await mkdtemp(join(tmpdir(), 'destila-sample-'));
try {
  const scenes = await speakScript(folder);
  await drawScenes(folder, scenes);
  await Bun.write(join(folder, 'voice.pcm'), joinVoices(scenes));
  await Bun.write(join(folder, 'subtitles.srt'), subtitles(scenes));
  await Bun.write(join(folder, 'chapters.txt'), chapters(scenes));
  await Bun.write(join(folder, 'slides.txt'), slideList(scenes));
  await encode(folder, scenes.at(-1)?.until ?? 0);
  console.log(
    `${OUTPUT}: ${scenes.length} sentences, ${scenes.at(-1)?.until.toFixed(1)} s, ${Bun.file(OUTPUT).size} bytes`,
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function speakScript(folder: string): Promise<Scene[]> {
  const scenes: Scene[] = [];
  let clock = PAUSE.lead;
  for (const [index, part] of script.parts.entries()) {
    for (const sentence of part.sentences) {
      const voice = await speak(sentence.text, join(folder, 'sentence.wav'));
      const end = clock + voice.length / SAMPLE_RATE;
      const until = end + (sentence === part.sentences.at(-1) ? PAUSE.part : PAUSE.sentence);
      const place = { number: index + 1, count: script.parts.length, title: part.title };
      scenes.push({ slide: { ...sentence, part: place }, text: sentence.text, voice, start: clock, end, until });
      clock = until;
    }
  }
  return scenes;
}

async function speak(text: string, file: string): Promise<Int16Array> {
  await $`espeak-ng -v es -s ${WORDS_PER_MINUTE} -p 38 -g 1 -w ${file} ${text}`;
  const wav = await Bun.file(file).arrayBuffer();
  return trimSilence(new Int16Array(wav.slice(WAV_HEADER_BYTES)));
}

function trimSilence(samples: Int16Array): Int16Array {
  const isLoud = (sample: number) => Math.abs(sample) > 200;
  return samples.slice(samples.findIndex(isLoud), samples.findLastIndex(isLoud) + 1);
}

async function drawScenes(folder: string, scenes: Scene[]): Promise<void> {
  await using browser = await launchBrowser();
  const page = await browser.newPage({ viewport: SLIDE_SIZE });
  for (const [index, { slide }] of scenes.entries()) {
    await page.setContent(drawSlide(slide));
    await page.screenshot({ path: join(folder, `${index}.png`) });
  }
}

function joinVoices(scenes: Scene[]): Int16Array {
  const track = new Int16Array(Math.ceil((scenes.at(-1)?.until ?? 0) * SAMPLE_RATE));
  for (const { voice, start } of scenes) track.set(voice, Math.round(start * SAMPLE_RATE));
  return track;
}

function subtitles(scenes: Scene[]): string {
  return scenes
    .map(({ text, start, end }, index) => `${index + 1}\n${srtTime(start)} --> ${srtTime(end)}\n${text}\n`)
    .join('\n');
}

function srtTime(seconds: number): string {
  return new Date(Math.round(seconds * 1000)).toISOString().slice(11, 23).replace('.', ',');
}

/** https://ffmpeg.org/ffmpeg-formats.html#Metadata-2 */
function chapters(scenes: Scene[]): string {
  const blocks = script.parts.map(({ title }, index) => {
    const own = scenes.filter(({ slide }) => slide.part.number === index + 1);
    const start = index === 0 ? 0 : (own[0]?.start ?? 0);
    const milliseconds = [start, own.at(-1)?.until ?? 0].map((seconds) => Math.round(seconds * 1000));
    return `[CHAPTER]\nTIMEBASE=1/1000\nSTART=${milliseconds[0]}\nEND=${milliseconds[1]}\ntitle=${title}\n`;
  });
  return `;FFMETADATA1\ntitle=${script.title}\ncomment=${script.comment}\n${blocks.join('')}`;
}

/** https://ffmpeg.org/ffmpeg-formats.html#concat: the last file is named again, or its duration would not count. */
function slideList(scenes: Scene[]): string {
  const lines = scenes.map(({ until, start }, index) => {
    return `file ${index}.png\nduration ${(until - (index === 0 ? 0 : start)).toFixed(3)}\n`;
  });
  return `${lines.join('')}file ${scenes.length - 1}.png\n`;
}

async function encode(folder: string, seconds: number): Promise<void> {
  const voice = 'highpass=f=90,lowpass=f=6500,acompressor=threshold=0.1:ratio=3,loudnorm=I=-18:TP=-2,aresample=44100';
  const options = `-v error -y -f concat -i slides.txt -f s16le -ar ${SAMPLE_RATE} -ac 1 -i voice.pcm
    -i subtitles.srt -i chapters.txt -map 0:v -map 1:a -map 2:s -map_metadata 3 -map_chapters 3
    -c:v libx264 -preset medium -crf 26 -tune stillimage -pix_fmt yuv420p -r 25 -g 250 -c:a aac -b:a 72k -c:s mov_text
    -metadata:s:a:0 language=spa -metadata:s:s:0 language=spa -movflags +faststart -t ${seconds}`;
  await $`${ffmpeg.path} ${options.split(/\s+/)} -af ${voice} ${OUTPUT}`.cwd(folder);
}
