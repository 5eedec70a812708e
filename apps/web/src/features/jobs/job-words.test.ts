import { expect, test } from 'bun:test';
import { asClause } from '../../lib/format.ts';
import { aJob } from './a-job.fixture.ts';
import { activity, failure, jobName, statusLabel } from './job-words.ts';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const plain = (text: string) => text.replaceAll('\u00a0', ' ');

test('a download says how much of it there is and how long it still takes', () => {
  const job = aJob({
    status: 'downloading',
    held: true,
    current_step: 'fetching_audio',
    progress_detail: { unit: 'bytes', done: 34, total: 100, eta_seconds: 12.2 },
  });
  expect(plain(activity(job, 'es', NOW))).toBe('Descargando audio 34 %, 12 s');
  expect(plain(activity(job, 'en', NOW))).toBe('Downloading audio 34%, 12 s left');
});

test('a download of unknown size says what has arrived, and promises nothing', () => {
  const progress_detail = { unit: 'bytes', done: 12_900_000, total: null, eta_seconds: null } as const;
  const job = aJob({ status: 'downloading', held: true, current_step: 'fetching_media', progress_detail });
  expect(plain(activity(job, 'es', NOW))).toBe('Descargando el archivo 12,9 MB');
});

test('a transcription counts the time of the audio, and never past its end', () => {
  const transcribing = { status: 'transcribing', held: true, current_step: 'transcribing_audio' } as const;
  const half = { unit: 'seconds', done: 2470, total: 7800, eta_seconds: 540 } as const;
  const beyond = { unit: 'seconds', done: 9999, total: 7800, eta_seconds: 0 } as const;
  expect(plain(activity(aJob({ ...transcribing, progress_detail: half }), 'es', NOW))).toBe(
    'Transcribiendo 00:41:10 de 02:10:00, faltan 9 min',
  );
  expect(activity(aJob({ ...transcribing, progress_detail: beyond }), 'es', NOW)).toBe(
    'Transcribiendo 02:10:00 de 02:10:00',
  );
});

test('a summary counts its parts', () => {
  const progress_detail = { unit: 'parts', done: 2, total: 8, eta_seconds: 75 } as const;
  const job = aJob({ status: 'summarizing', held: true, current_step: 'writing_summary', progress_detail });
  expect(plain(activity(job, 'es', NOW))).toBe('Escribiendo el resumen, parte 3 de 8, falta 1 min');
});

test('a job that nobody holds waits, and says for what', () => {
  const job = aJob({ status: 'transcribing', held: false });
  expect(statusLabel(job, 'es')).toBe('En espera de transcripción');
  expect(activity(job, 'es', NOW)).toBe('En espera de transcripción');
});

test.each([
  ['finding_pauses', { unit: 'seconds', done: 300, total: 600, eta_seconds: null }, 'Buscando pausas 50 %'],
  [
    'fetching_model',
    { unit: 'bytes', done: 40, total: 100, eta_seconds: 120 },
    'Descargando el modelo de voz 40 %, 2 min',
  ],
  ['fetching_program', { unit: 'bytes', done: 0, total: 100, eta_seconds: null }, 'Preparando yt-dlp 0 %'],
  [
    'writing_summary',
    { unit: 'parts', done: 2, total: 4, eta_seconds: 60 },
    'Escribiendo el resumen, parte 3 de 4, falta 1 min',
  ],
] as const)('the step %s reads as a sentence', (current_step, progress_detail, sentence) => {
  expect(plain(activity(aJob({ status: 'transcribing', held: true, current_step, progress_detail }), 'es', NOW))).toBe(
    sentence,
  );
});

test('a retry that waits says when it comes, and why', () => {
  const waiting = { status: 'downloading', held: false, error_code: 'network' } as const;
  const soon = aJob({ ...waiting, run_at: '2026-01-01T12:00:40Z' });
  expect(plain(activity(soon, 'es', NOW))).toBe('Reintento en 40 s (no se pudo conectar)');
  expect(plain(activity(soon, 'en', NOW))).toBe('Retry in 40 s (could not connect)');
  const later = aJob({ ...waiting, error_code: 'rate_limited', run_at: '2026-01-01T12:20:00Z' });
  const time = new Date('2026-01-01T12:20:00Z').toLocaleTimeString('es', { timeStyle: 'short' });
  expect(plain(activity(later, 'es', NOW))).toStartWith(`Reintento a las ${time} (`);
  const tomorrow = aJob({ ...waiting, run_at: '2026-01-02T11:00:00Z' });
  expect(plain(activity(tomorrow, 'es', NOW))).toMatch(/^Reintento el \d.*2026, \d+:\d\d \(no se pudo conectar\)$/);
});

test('a job whose moment is a little ahead only because clocks differ just waits', () => {
  expect(activity(aJob({ run_at: '2026-01-01T12:00:30Z' }), 'es', NOW)).toBe('En espera');
});

test('while the queue is paused, what waits says so, and what runs goes on', () => {
  expect(activity(aJob({ status: 'transcribing' }), 'es', NOW, true)).toBe('En pausa');
  const running = aJob({ status: 'downloading', held: true, current_step: 'resolving' });
  expect(activity(running, 'es', NOW, true)).toBe('Buscando el vídeo');
});

test('a name keeps its capitals in the middle of a sentence', () => {
  expect(asClause('No se pudo conectar.')).toBe('no se pudo conectar');
  expect(asClause('YouTube pide confirmar que no eres un robot.')).toBe('YouTube pide confirmar que no eres un robot');
  expect(asClause('yt-dlp no pudo leer el vídeo.')).toBe('yt-dlp no pudo leer el vídeo');
});

test('a saved job says where it went, and whether that is older than the note', () => {
  const saved = { status: 'saved', saved_version: 1 } as const;
  expect(statusLabel(aJob({ ...saved, saved_to: 'notion' }), 'es')).toBe('Guardado en Notion');
  expect(statusLabel(aJob({ ...saved, saved_to: 'markdown' }), 'es')).toBe('Guardado como nota');
  const edited = aJob({ ...saved, saved_to: 'notion', version: 2 });
  expect(statusLabel(edited, 'es')).toBe('Guardado en Notion, antes de los últimos cambios');
});

test('a note says that its save goes on, and why one could not be made', () => {
  const pending = { state: 'pending', error_code: 'notion_busy', next_try_at: '2026-01-01T12:00:40Z' } as const;
  expect(activity(aJob({ status: 'ready', unfinished_save: pending }), 'es', NOW)).toBe('Guardando…');
  const failed = { state: 'failed', error_code: 'notion_unauthorized', next_try_at: null } as const;
  expect(activity(aJob({ status: 'saved', unfinished_save: failed }), 'es', NOW)).toBe(
    'No se pudo guardar. Notion rechazó la clave.',
  );
});

test('a failure is told in the language of the person, not of the log', () => {
  const job = aJob({ status: 'failed', error_code: 'no_speech', error_message: 'No speech is heard in the audio.' });
  expect(failure(job, 'es')?.message).toBe('No se oye voz en el audio.');
  expect(failure(aJob({ status: 'failed', error_code: 'new_one', error_message: 'Odd.' }), 'es')?.message).toBe('Odd.');
  expect(failure(aJob({ status: 'ready' }), 'es')).toBeNull();
});

test('an untitled job is called by its file or its address', () => {
  expect(jobName(aJob({ url: 'upload:0198/Clase%20de%20historia.mp4' }), 'es')).toBe('Clase de historia.mp4');
  expect(jobName(aJob({ url: 'https://example.org/v.mp4' }), 'es')).toBe('https://example.org/v.mp4');
  expect(jobName(aJob({ url: 'upload:0198/100%.mp4' }), 'es')).toBe('100%.mp4');
});
