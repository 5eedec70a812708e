import { type JobListItem, videoLinkAt } from '@destila/contracts';
import { ExternalLink, Play } from 'lucide-react';
import { type ReactNode, type Ref, type RefObject, useEffect, useImperativeHandle, useRef, useState } from 'react';
import { useLanguage, useMessages } from '../../lib/i18n/index.ts';
import { jobName } from '../jobs/job-words.ts';
import { type PlayerKind, playerOf } from './player.ts';

export interface PlayerHandle {
  /** Plays from a second on: in place where the page can, in a tab of its own where it cannot. */
  seek: (seconds: number) => void;
}

interface PlayerProps {
  job: JobListItem;
  /** From where on, when the page was opened by a link to a moment. */
  startAt: number | null;
  onTime: (seconds: number) => void;
  ref: Ref<PlayerHandle>;
}

/** The video beside its note. Nothing is loaded from another site before the person presses play. */
export function Player({ job, startAt, onTime, ref }: PlayerProps) {
  const player = playerOf(job);
  const ours = player.kind === 'file' && player.ours;
  const [playing, setPlaying] = useState<{ from: number; play: boolean } | null>(
    ours ? { from: startAt ?? 0, play: false } : null,
  );
  const video = useRef<HTMLVideoElement>(null);

  useImperativeHandle(ref, () => ({
    seek: (seconds) => {
      if (player.kind === 'link') window.open(videoLinkAt(job, seconds), '_blank', 'noopener');
      else if (video.current) playFrom(video.current, seconds);
      else setPlaying({ from: seconds, play: true });
    },
  }));

  if (playing && player.kind === 'file') {
    return <FilePlayer src={player.src} {...playing} job={job} onTime={onTime} videoRef={video} />;
  }
  if (playing && player.kind === 'embed') {
    return <EmbedPlayer src={player.srcAt(playing.from)} job={job} />;
  }
  return <Cover job={job} player={player} onPlay={() => setPlaying({ from: startAt ?? 0, play: true })} />;
}

interface FilePlayerProps {
  src: string;
  from: number;
  play: boolean;
  job: JobListItem;
  onTime: (seconds: number) => void;
  videoRef: RefObject<HTMLVideoElement | null>;
}

function FilePlayer({ src, from, play, job, onTime, videoRef }: FilePlayerProps) {
  const language = useLanguage();
  useEffect(() => {
    const video = videoRef.current;
    if (!video) return;
    if (play) playFrom(video, from);
    else if (from > 0) video.currentTime = from;
  }, [videoRef, from, play]);
  return (
    <video
      ref={videoRef}
      src={src}
      controls
      playsInline
      preload="metadata"
      aria-label={jobName(job, language)}
      {...(job.video_thumbnail && { poster: `/api/jobs/${job.id}/thumbnail` })}
      onTimeUpdate={(event) => onTime(event.currentTarget.currentTime)}
      className="aspect-video w-full rounded-xl bg-black"
    />
  );
}

function playFrom(video: HTMLVideoElement, seconds: number): void {
  video.currentTime = seconds;
  // A browser may want another click before it makes a sound; the video then stands at the right second.
  void video.play().catch(() => {});
}

/** The referrer is what YouTube recognises embeds by; the page's own policy sends none. */
function EmbedPlayer({ src, job }: { src: string; job: JobListItem }) {
  const language = useLanguage();
  return (
    <iframe
      src={src}
      title={jobName(job, language)}
      allow="autoplay; encrypted-media; fullscreen; picture-in-picture"
      referrerPolicy="strict-origin-when-cross-origin"
      className="aspect-video w-full rounded-xl bg-black"
    />
  );
}

function Cover({ job, player, onPlay }: { job: JobListItem; player: PlayerKind; onPlay: () => void }) {
  const words = useMessages().editor;
  const site = player.kind === 'file' ? (URL.parse(player.src)?.hostname ?? '') : player.site;
  const picture = job.video_thumbnail && (
    <img src={`/api/jobs/${job.id}/thumbnail`} alt="" className="absolute inset-0 size-full object-cover" />
  );
  const frame =
    'group relative flex aspect-video w-full items-center justify-center overflow-hidden rounded-xl bg-sunken text-ink';
  if (player.kind === 'link') {
    return (
      <a href={job.url} target="_blank" rel="noopener noreferrer" className={frame}>
        {picture}
        <Badge>
          <ExternalLink className="size-4" aria-hidden="true" />
          {words.watchAt(site)}
        </Badge>
      </a>
    );
  }
  return (
    <div>
      <button type="button" onClick={onPlay} aria-label={words.play} className={frame}>
        {picture}
        <span className="relative flex size-14 items-center justify-center rounded-full bg-black/75 text-white transition-transform group-hover:scale-105">
          <Play className="size-6 translate-x-0.5" fill="currentColor" aria-hidden="true" />
        </span>
      </button>
      <p className="mt-1.5 flex flex-wrap justify-between gap-x-3 text-xs text-faint">
        {words.playFrom(site)}
        <a href={job.url} target="_blank" rel="noopener noreferrer" className="hover:text-ink hover:underline">
          {words.watchAt(site)}
        </a>
      </p>
    </div>
  );
}

function Badge({ children }: { children: ReactNode }) {
  return (
    <span className="relative flex items-center gap-2 rounded-lg bg-surface px-3 py-2 text-sm font-medium shadow-raised">
      {children}
    </span>
  );
}
