import { join } from 'node:path';

export interface Talk {
  name: string;
  path: string;
  minutes: number;
}

/** Bursts like syllables, in sentences with a pause after each, and a longer silence now and then; never the same twice in a minute. */
const VOICE = [
  '0.3*sin(2*PI*(140+20*sin(t))*t)',
  '(0.55+0.45*sin(2*PI*4*t))',
  'gt(sin(0.9*t)+sin(0.37*t),-0.8)',
  'gt(sin(0.021*t),-0.97)',
].join('*');
/** A picture of 600 kbit/s, whatever it shows, as sites send it: four hours are 1.3 GB. */
const PICTURE = '-c:v libx264 -preset ultrafast -pix_fmt yuv420p -b:v 600k -minrate 600k -maxrate 600k -bufsize 1200k';
const CODED = `${PICTURE} -x264-params nal-hrd=cbr:force-cfr=1 -c:a aac -b:a 128k`.split(' ');

/** A video for each of the lengths: the first is made, the others are that one over and over. `ffmpeg` is the program's path. */
export async function makeTalks(ffmpeg: string, folder: string, lengths: number[]): Promise<Talk[]> {
  const [shortest = 1] = lengths;
  const first = join(folder, 'first.mp4');
  const picture = ['-f', 'lavfi', '-i', `testsrc=size=640x360:rate=2:duration=${shortest * 60}`];
  const voice = ['-f', 'lavfi', '-i', `aevalsrc='${VOICE}':s=44100:d=${shortest * 60}`];
  await run([ffmpeg, ...QUIETLY, ...picture, ...voice, ...CODED, first]);

  const talks = lengths.map((minutes) => ({
    name: `talk-${minutes}.mp4`,
    path: join(folder, `talk-${minutes}.mp4`),
    minutes,
  }));
  for (const { path, minutes } of talks) {
    const again = ['-stream_loop', String(Math.ceil(minutes / shortest) - 1), '-i', first, '-t', String(minutes * 60)];
    await run([ffmpeg, ...QUIETLY, ...again, '-c', 'copy', '-movflags', '+faststart', path]);
  }
  return talks;
}

const QUIETLY = ['-nostdin', '-v', 'error', '-y'];

async function run(command: string[]) {
  const child = Bun.spawn(command, { stdio: ['ignore', 'ignore', 'inherit'] });
  if ((await child.exited) !== 0) throw new Error('cannot make the talks');
}
