-- Tables, their CHECKs and indexes. Rules that SQL can hold are held here; code relies on them.

create table public.categories (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users on delete cascade,
  name text not null check (char_length(name) between 1 and 80),
  color text not null default 'gray' check (
    color in ('gray', 'red', 'orange', 'yellow', 'green', 'teal', 'blue', 'purple', 'pink')
  ),
  created_at timestamptz not null default now(),
  unique (id, user_id)
);
create unique index categories_name on public.categories (user_id, lower(name));

-- The queue and the library in one: a job is the thing that people look at.
create table public.processing_jobs (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users on delete cascade,
  url text not null check (char_length(url) between 1 and 4096),
  custom_prompt text check (char_length(custom_prompt) <= 8000),
  status varchar(20) not null default 'pending' check (
    status in ('pending', 'downloading', 'transcribing', 'summarizing', 'ready', 'saved', 'failed', 'cancelled')
  ),
  progress int not null default 0 check (progress between 0 and 100),
  current_step text,
  error_message text,
  video_title text,
  video_thumbnail text,
  video_duration int check (video_duration >= 0),
  transcription text,
  summary_markdown text,
  key_points jsonb not null default '[]' check (jsonb_typeof(key_points) = 'array'),
  ai_tags jsonb not null default '[]' check (jsonb_typeof(ai_tags) = 'array'),
  notion_page_id text,
  category_id uuid,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  completed_at timestamptz,
  saved_at timestamptz,
  retry_count int not null default 0 check (retry_count >= 0),
  worker_id text,

  -- What the source is called in every spelling of its address; duplicates are seen by it.
  source_key text not null,
  source_language text,
  output_language text check (output_language in ('es', 'en')),

  -- The queue's own. Times come from the database's clock alone.
  run_at timestamptz not null default clock_timestamp(),
  -- True when `run_at` lay in the future as it was written; `queue.unpark_due_jobs` clears it.
  parked boolean not null default false,
  priority int not null default 0,
  claim_token bigint not null default 0 check (claim_token >= 0),
  claimed_at timestamptz,
  lease_expires_at timestamptz,
  -- Failed tries of the present stage; a checkpoint sets it to 0.
  attempts int not null default 0 check (attempts >= 0),
  -- Leases that ran out in a row at the present stage; a checkpoint sets it to 0.
  crash_count int not null default 0 check (crash_count >= 0),
  -- Since when a rate limit has been putting the job off.
  snoozed_since timestamptz,
  error_code text,
  failed_stage text,
  progress_detail jsonb,
  summarized_by text,
  saved_to text check (saved_to in ('markdown', 'notion')),
  saved_location text,
  indexed_at timestamptz,
  version int not null default 1 check (version >= 1),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,

  -- The stage that a worker would run next; null once the job has ended.
  stage text generated always as (
    case when status = 'pending' then 'downloading'
         when status in ('downloading', 'transcribing', 'summarizing') then status end
  ) stored,
  -- The one thing a claim looks for. It changes on claim, release and parking only, so heartbeats stay HOT updates:
  -- no index may hold a column that heartbeats write (lease_expires_at, progress, progress_detail, current_step, updated_at).
  waiting boolean not null generated always as (
    worker_id is null and not parked and deleted_at is null
    and status in ('pending', 'downloading', 'transcribing', 'summarizing')
  ) stored,

  unique (id, user_id),
  foreign key (category_id, user_id) references public.categories (id, user_id) on delete set null (category_id),

  constraint lease_iff_worker check ((worker_id is null) = (lease_expires_at is null) and (worker_id is null) = (claimed_at is null)),
  constraint only_stages_are_held check (worker_id is null or status in ('downloading', 'transcribing', 'summarizing')),
  constraint deleted_jobs_are_not_held check (worker_id is null or deleted_at is null),
  constraint progress_fits_status check (
    case status
      when 'pending' then progress = 0
      when 'downloading' then progress between 10 and 30
      when 'transcribing' then progress between 30 and 60
      when 'summarizing' then progress between 60 and 90
      when 'ready' then progress = 100
      when 'saved' then progress = 100
      else true
    end
  ),
  constraint ended_jobs_know_their_stage check (
    (status in ('failed', 'cancelled')) = (failed_stage is not null)
    and (failed_stage is null or failed_stage in ('pending', 'downloading', 'transcribing', 'summarizing'))
  ),
  constraint failed_jobs_say_why check (status <> 'failed' or error_code is not null),
  constraint ready_jobs_have_a_summary check (
    status not in ('ready', 'saved') or (summary_markdown is not null and btrim(summary_markdown) <> '' and completed_at is not null)
  ),
  constraint saved_jobs_are_somewhere check (status <> 'saved' or (saved_at is not null and saved_to is not null))
) with (fillfactor = 80);

create index idx_jobs_user on public.processing_jobs (user_id);
create index idx_jobs_status on public.processing_jobs (status);
create index idx_jobs_created on public.processing_jobs (created_at desc);
create index jobs_source on public.processing_jobs (user_id, source_key);
create index jobs_waiting on public.processing_jobs (stage, user_id, priority desc, run_at) where waiting;
create index jobs_parked on public.processing_jobs (run_at) where parked;
create index jobs_leased on public.processing_jobs (user_id) where worker_id is not null;
create index jobs_deleted on public.processing_jobs (deleted_at) where deleted_at is not null;

-- Each stage's output, written in the same transaction that moves the job on. A retry resumes behind the last one.
create table public.job_checkpoints (
  job_id uuid not null,
  user_id uuid not null,
  stage text not null check (stage in ('downloading', 'transcribing', 'summarizing')),
  output jsonb not null,
  -- The claim that wrote it.
  claim_token bigint not null,
  created_at timestamptz not null default now(),
  primary key (job_id, stage),
  foreign key (job_id, user_id) references public.processing_jobs (id, user_id) on delete cascade
);

-- What a summary was: as generated, and as it stood whenever it was published.
create table public.job_revisions (
  id uuid primary key default gen_random_uuid(),
  job_id uuid not null,
  user_id uuid not null,
  kind text not null check (kind in ('generated', 'saved')),
  summary_markdown text not null,
  created_at timestamptz not null default now(),
  foreign key (job_id, user_id) references public.processing_jobs (id, user_id) on delete cascade
);
create index revisions_of_job on public.job_revisions (job_id, created_at);

-- A job's history.
create table public.job_events (
  id bigint generated always as identity primary key,
  job_id uuid not null,
  user_id uuid not null,
  kind text not null,
  stage text,
  detail jsonb not null default '{}',
  at timestamptz not null default clock_timestamp(),
  foreign key (job_id, user_id) references public.processing_jobs (id, user_id) on delete cascade
);
create index events_of_job on public.job_events (job_id, id);

-- The picture of a video, kept by us: no page of ours loads anything from a third party.
create table public.job_thumbnails (
  job_id uuid primary key,
  user_id uuid not null,
  jpeg bytea not null check (octet_length(jpeg) between 1 and 1048576),
  foreign key (job_id, user_id) references public.processing_jobs (id, user_id) on delete cascade
);

-- Where a job was published. The row, and with it the import key, exists before the first call to the destination.
create table public.publications (
  import_key uuid primary key default gen_random_uuid(),
  job_id uuid not null,
  user_id uuid not null,
  destination text not null check (destination in ('markdown', 'notion')),
  external_id text,
  location text,
  -- Held by whoever is publishing now, so that two clicks or two tabs make one page.
  publishing_until timestamptz,
  published_at timestamptz,
  created_at timestamptz not null default now(),
  unique (job_id, destination),
  foreign key (job_id, user_id) references public.processing_jobs (id, user_id) on delete cascade
);

create table public.user_settings (
  user_id uuid primary key references auth.users on delete cascade,
  index_after_save text not null default 'ask' check (index_after_save in ('ask', 'always', 'never')),
  output_language text check (output_language in ('es', 'en'))
);
