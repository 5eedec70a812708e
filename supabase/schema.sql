-- Destila's whole schema, for Supabase's SQL editor or `psql`.
-- Written by `bun run schema` from supabase/migrations: change those, not this file.

-- 20261123000100_tables.sql

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

-- 20261123000200_search.sql

-- Full-text search that folds accents and knows Spanish and English at once.

create schema if not exists extensions;
create extension if not exists unaccent with schema extensions;

create text search configuration public.destila_es (copy = pg_catalog.spanish);
alter text search configuration public.destila_es
  alter mapping for hword, hword_part, word with extensions.unaccent, spanish_stem;

create text search configuration public.destila_en (copy = pg_catalog.english);
alter text search configuration public.destila_en
  alter mapping for hword, hword_part, word with extensions.unaccent, english_stem;

create text search configuration public.destila_simple (copy = pg_catalog.simple);
alter text search configuration public.destila_simple
  alter mapping for hword, hword_part, word with extensions.unaccent, simple;

-- A passage of an indexed note or of its transcript.
create table public.search_chunks (
  id uuid primary key default gen_random_uuid(),
  job_id uuid not null,
  user_id uuid not null,
  position int not null check (position >= 0),
  heading text,
  text text not null check (text <> ''),
  start_seconds real check (start_seconds >= 0),
  end_seconds real check (end_seconds >= start_seconds),
  hash text not null,
  words tsvector not null generated always as (
    setweight(to_tsvector('public.destila_es', coalesce(heading, '')), 'A')
    || setweight(to_tsvector('public.destila_en', coalesce(heading, '')), 'A')
    || to_tsvector('public.destila_es', text)
    || to_tsvector('public.destila_en', text)
    || to_tsvector('public.destila_simple', text)
  ) stored,
  unique (job_id, position),
  foreign key (job_id, user_id) references public.processing_jobs (id, user_id) on delete cascade
);
create index chunks_words on public.search_chunks using gin (words);
create index chunks_of_user on public.search_chunks (user_id);

-- What a person typed, as a query over all three configurations: any of them may match, the last word also as a prefix
-- (beside the words before it; what stands behind `-` or in quotes is no beginning of a word).
create function public.search_query(p_text text) returns tsquery
  language sql immutable
  as $$
    with typed as (
      select websearch_to_tsquery('public.destila_es', p_text)
          || websearch_to_tsquery('public.destila_en', p_text)
          || websearch_to_tsquery('public.destila_simple', p_text) as query,
        regexp_match(p_text, '^(.*\s)?([[:alnum:]]{3,})$') as split
    )
    select case
      when split is null then query
      else query || (websearch_to_tsquery('public.destila_simple', coalesce(split[1], ''))
        && to_tsquery('public.destila_simple', split[2] || ':*'))
    end
    from typed
  $$;

-- 20261123000300_queue.sql

-- The queue's verbs. Each is one function; the server alone may execute them (see the grants at the end of the policies).
-- `enqueue`, `claim`, `claim_job`, `take`, `sample_waiting_users` and `complete_stage` stand in later migrations as they are now.
--
-- A worker that holds a job names its claim token in every later verb. A verb that finds no live claim of that token
-- writes nothing and says so: the worker has lost its lease and must stop.

create schema queue;

-- ---------------------------------------------------------------------------------------------------------------------
-- Parts that the verbs share.

-- Adds to a job's history, and hints to listeners that there is something to do. Never called for progress. A claim leaves
-- nothing to do for others: a hint would only wake their workers, and people see it at the next look, within a second.
create function queue.record(p_job public.processing_jobs, p_kind text, p_stage text default null, p_detail jsonb default '{}')
  returns void language plpgsql as $$
begin
  insert into public.job_events (job_id, user_id, kind, stage, detail)
    values (p_job.id, p_job.user_id, p_kind, p_stage, p_detail);
  if p_kind <> 'claimed' then
    perform pg_notify('destila_jobs', p_job.id::text);
  end if;
end $$;

-- The row of a live claim, locked; no row when the claim is not live any more.
create function queue.held_job(p_job uuid, p_token bigint) returns setof public.processing_jobs
  language sql volatile as $$
    select * from public.processing_jobs
    where id = p_job and claim_token = p_token and worker_id is not null and lease_expires_at > clock_timestamp()
    for update
  $$;

-- Where the progress of a status begins, per cent.
create function queue.first_progress(p_status text) returns int
  language sql immutable
  return case p_status when 'downloading' then 10 when 'transcribing' then 30 when 'summarizing' then 60 else 0 end;

-- Jobs whose moment has come are waiting again. `statement_timestamp()`, since an index cannot be searched for a
-- `clock_timestamp()`, which differs from row to row: every parked job would be looked at.
create function queue.unpark_due_jobs() returns void language sql volatile as $$
  with due as materialized (
    select id from public.processing_jobs
    where parked and run_at <= statement_timestamp()
    order by run_at limit 100 for update skip locked
  )
  update public.processing_jobs j set parked = false from due where j.id = due.id
$$;

-- Takes jobs back from workers whose lease ran out (or, with `p_all`, from every worker: the embedded database has
-- one process, so at its start nobody can be holding anything). A job that crashed too often in a row is failed.
create function queue.rescue_crashed_jobs(p_all boolean default false, p_crash_limit int default 5)
  returns int language plpgsql as $$
declare
  v_job public.processing_jobs;
  v_rescued int := 0;
  v_is_poison boolean;
begin
  for v_job in
    select * from public.processing_jobs
    where worker_id is not null and (p_all or lease_expires_at <= clock_timestamp())
    for update skip locked
  loop
    v_is_poison := v_job.crash_count + 1 >= p_crash_limit;
    update public.processing_jobs set
      worker_id = null, lease_expires_at = null, claimed_at = null,
      crash_count = crash_count + 1,
      status = case when v_is_poison then 'failed' else status end,
      failed_stage = case when v_is_poison then v_job.status end,
      error_code = case when v_is_poison then 'worker_crashed' else error_code end,
      error_message = case when not v_is_poison then error_message end,
      updated_at = clock_timestamp()
    where id = v_job.id;
    perform queue.record(v_job, case when v_is_poison then 'failed' else 'crashed' end, v_job.stage,
      jsonb_build_object('worker', v_job.worker_id, 'code', 'worker_crashed'));
    v_rescued := v_rescued + 1;
  end loop;
  return v_rescued;
end $$;

-- Up to `p_sample` users with work waiting for a stage, from a random one on. A loose index scan: one probe of
-- `jobs_waiting` a user, however long each one's backlog is.
create function queue.sample_waiting_users(p_stage text, p_sample int default 16)
  returns setof uuid language plpgsql stable as $$
declare
  v_pivot constant uuid := gen_random_uuid();
  v_user uuid := v_pivot;
  v_wrapped boolean := false;
begin
  for _ in 1 .. p_sample loop
    select user_id into v_user from public.processing_jobs
      where waiting and stage = p_stage and user_id > v_user
      order by user_id limit 1;
    if v_user is null and not v_wrapped then
      v_wrapped := true;
      select user_id into v_user from public.processing_jobs
        where waiting and stage = p_stage
        order by user_id limit 1;
    end if;
    exit when v_user is null or (v_wrapped and v_user > v_pivot);
    return next v_user;
  end loop;
end $$;

-- ---------------------------------------------------------------------------------------------------------------------
-- Verbs of the operator: pausing, and who is working.

-- One row: whether the whole queue is paused. Work that is running goes on to the end of its stage.
create table queue.state (
  is_the_row boolean primary key default true check (is_the_row),
  paused boolean not null default false
);
insert into queue.state default values;

create table queue.workers (
  id text primary key,
  host text not null,
  pid int not null,
  -- How many jobs it takes at once, by stage.
  slots jsonb not null,
  paused boolean not null default false,
  started_at timestamptz not null default clock_timestamp(),
  seen_at timestamptz not null default clock_timestamp()
);

create function queue.set_paused(p_paused boolean) returns void
  language sql volatile as $$ update queue.state set paused = p_paused $$;

-- Answers whether there is such a worker.
create function queue.set_worker_paused(p_worker text, p_paused boolean) returns boolean language sql volatile as $$
  with changed as (update queue.workers set paused = p_paused where id = p_worker returning 1)
  select exists (select from changed)
$$;

-- A worker says that it lives. Who has been silent for a day is forgotten.
create function queue.worker_seen(p_worker text, p_host text, p_pid int, p_slots jsonb) returns void
  language sql volatile as $$
    delete from queue.workers where seen_at < clock_timestamp() - interval '1 day';
    insert into queue.workers (id, host, pid, slots) values (p_worker, p_host, p_pid, p_slots)
      on conflict (id) do update set seen_at = clock_timestamp();
  $$;

create function queue.worker_gone(p_worker text) returns void
  language sql volatile as $$ delete from queue.workers where id = p_worker $$;

create function queue.is_paused(p_worker text) returns boolean language sql stable as $$
  select exists (select from queue.state where paused) or exists (select from queue.workers where id = p_worker and paused)
$$;

-- ---------------------------------------------------------------------------------------------------------------------
-- Verbs of a person.

-- Queues a source. The same source again gives the job that exists (`created` is false), unless that one failed, was
-- cancelled or deleted, or `p_force` is set.
create function queue.enqueue(
  p_user uuid, p_url text, p_source_key text, p_custom_prompt text default null, p_output_language text default null,
  p_title text default null, p_force boolean default false
) returns table (job_id uuid, created boolean) language plpgsql as $$
declare
  v_job public.processing_jobs;
begin
  -- Two requests for one source meet here; the second sees the first one's row.
  perform pg_advisory_xact_lock(hashtextextended(p_user::text || ' ' || p_source_key, 0));
  if not p_force then
    select * into v_job from public.processing_jobs
      where user_id = p_user and source_key = p_source_key and deleted_at is null and status not in ('failed', 'cancelled')
      order by created_at desc limit 1;
    if found then
      return query select v_job.id, false;
      return;
    end if;
  end if;
  insert into public.processing_jobs (user_id, url, source_key, custom_prompt, output_language, video_title)
    values (p_user, p_url, p_source_key, p_custom_prompt, p_output_language, p_title)
    returning * into v_job;
  perform queue.record(v_job, 'queued');
  return query select v_job.id, true;
end $$;

-- Stops an unfinished job. A running claim is fenced out at once: its worker is told by the next heartbeat.
create function queue.cancel(p_job uuid, p_user uuid) returns boolean language plpgsql as $$
declare
  v_job public.processing_jobs;
begin
  select * into v_job from public.processing_jobs
    where id = p_job and user_id = p_user and deleted_at is null and stage is not null
    for update;
  if not found then return false; end if;
  update public.processing_jobs set
    status = 'cancelled', failed_stage = v_job.status,
    worker_id = null, lease_expires_at = null, claimed_at = null, parked = false,
    updated_at = clock_timestamp()
  where id = p_job;
  perform queue.record(v_job, 'cancelled', v_job.stage);
  return true;
end $$;

-- Resumes a failed or cancelled job at the stage it was in.
create function queue.retry(p_job uuid, p_user uuid) returns boolean language plpgsql as $$
declare
  v_job public.processing_jobs;
begin
  update public.processing_jobs set
    status = failed_stage, progress = queue.first_progress(failed_stage), failed_stage = null,
    error_code = null, error_message = null, current_step = null, progress_detail = null,
    run_at = clock_timestamp(), parked = false, attempts = 0, crash_count = 0, snoozed_since = null,
    retry_count = retry_count + 1, updated_at = clock_timestamp()
  where id = p_job and user_id = p_user and deleted_at is null and status in ('failed', 'cancelled')
  returning * into v_job;
  if not found then return false; end if;
  perform queue.record(v_job, 'retried', v_job.stage);
  return true;
end $$;

-- Next, please: puts a waiting job before the others of its owner (never before other people's).
create function queue.move_to_front(p_job uuid, p_user uuid) returns boolean language plpgsql as $$
declare
  v_job public.processing_jobs;
begin
  update public.processing_jobs set
    priority = 1 + (select coalesce(max(priority), 0) from public.processing_jobs where user_id = p_user and waiting),
    updated_at = clock_timestamp()
  where id = p_job and user_id = p_user and waiting
  returning * into v_job;
  if not found then return false; end if;
  perform queue.record(v_job, 'moved_to_front', v_job.stage);
  return true;
end $$;

-- Puts a job away in any state, stopping running work as `queue.cancel` does. It can be restored until it is purged.
create function queue.delete(p_job uuid, p_user uuid) returns boolean language plpgsql as $$
declare
  v_job public.processing_jobs;
begin
  update public.processing_jobs set
    deleted_at = clock_timestamp(), worker_id = null, lease_expires_at = null, claimed_at = null,
    updated_at = clock_timestamp()
  where id = p_job and user_id = p_user and deleted_at is null
  returning * into v_job;
  if not found then return false; end if;
  perform queue.record(v_job, 'deleted');
  return true;
end $$;

create function queue.restore(p_job uuid, p_user uuid) returns boolean language plpgsql as $$
declare
  v_job public.processing_jobs;
begin
  update public.processing_jobs set deleted_at = null, updated_at = clock_timestamp()
  where id = p_job and user_id = p_user and deleted_at is not null
  returning * into v_job;
  if not found then return false; end if;
  perform queue.record(v_job, 'restored');
  return true;
end $$;

-- Removes for good what was deleted long enough ago, and says which, so that its files can go too.
create function queue.purge_deleted(p_older_than interval default '7 days') returns table (job_id uuid, url text)
  language sql volatile as $$
    delete from public.processing_jobs where deleted_at < clock_timestamp() - p_older_than returning id, url
  $$;

-- ---------------------------------------------------------------------------------------------------------------------
-- Verbs of a worker.

-- Gives one job to a worker: its claim token rises, its lease begins, and a pending job becomes `downloading`.
create function queue.take(p_job uuid, p_worker text, p_lease interval) returns setof public.processing_jobs
  language plpgsql as $$
declare
  v_job public.processing_jobs;
begin
  update public.processing_jobs set
    worker_id = p_worker, claim_token = claim_token + 1,
    claimed_at = clock_timestamp(), lease_expires_at = clock_timestamp() + p_lease,
    status = stage, progress = greatest(progress, queue.first_progress(stage)),
    current_step = null, progress_detail = null,
    started_at = coalesce(started_at, clock_timestamp()), updated_at = clock_timestamp()
  where id = p_job and waiting
  returning * into v_job;
  if not found then return; end if;
  perform queue.record(v_job, 'claimed', v_job.stage, jsonb_build_object('worker', p_worker, 'token', v_job.claim_token));
  return next v_job;
end $$;

-- The next job for a stage, or no row (always, while the queue or the worker is paused). Fair among users: of a random sample of those with work waiting, the one with
-- fewest jobs running comes first, then the one who has waited longest; within a user, priority, then age.
create function queue.claim(p_worker text, p_stage text, p_lease interval default '90 seconds', p_crash_limit int default 5)
  returns setof public.processing_jobs language plpgsql as $$
declare
  v_user uuid;
  v_job uuid;
begin
  if queue.is_paused(p_worker) then return; end if;
  perform queue.unpark_due_jobs();
  perform queue.rescue_crashed_jobs(p_crash_limit => p_crash_limit);
  for v_user in
    select sampled.id from queue.sample_waiting_users(p_stage) as sampled (id)
    order by
      (select count(*) from public.processing_jobs where worker_id is not null and user_id = sampled.id),
      (select run_at from public.processing_jobs where waiting and stage = p_stage and user_id = sampled.id
        order by priority desc, run_at limit 1)
  loop
    select id into v_job from public.processing_jobs
      where waiting and stage = p_stage and user_id = v_user
      order by priority desc, run_at
      limit 1 for update skip locked;
    if found then
      return query select * from queue.take(v_job, p_worker, p_lease);
      return;
    end if;
  end loop;
end $$;

-- That very job, if it is waiting.
create function queue.claim_job(p_worker text, p_job uuid, p_lease interval default '90 seconds')
  returns setof public.processing_jobs language plpgsql as $$
begin
  perform queue.unpark_due_jobs();
  return query select * from queue.take(p_job, p_worker, p_lease);
end $$;

-- Prolongs every claim that a worker holds and writes their progress. Answers each claim's fate:
-- `held`, or why it is no longer this worker's: `cancelled`, `deleted` or `lost`.
-- `p_beats`: [{job, token, progress, step, detail}]; progress never goes back within a stage.
create function queue.heartbeat(p_worker text, p_beats jsonb, p_lease interval default '90 seconds')
  returns table (job_id uuid, fate text) language plpgsql as $$
declare
  v_held uuid[];
begin
  with beats as materialized (
    select * from jsonb_to_recordset(p_beats) as beat (job uuid, token bigint, progress int, step text, detail jsonb)
  ), prolonged as (
    update public.processing_jobs j set
      lease_expires_at = clock_timestamp() + p_lease,
      progress = greatest(j.progress, beats.progress),
      current_step = coalesce(beats.step, j.current_step),
      progress_detail = nullif(beats.detail, 'null'),
      updated_at = clock_timestamp()
    from beats
    where j.id = beats.job and j.claim_token = beats.token and j.worker_id = p_worker
      and j.lease_expires_at > clock_timestamp()
    returning j.id
  )
  select array_agg(id) into v_held from prolonged;
  -- A statement of its own, so that it sees what the update may have waited for.
  return query
    select beat.job, case
      when beat.job = any (v_held) then 'held'
      when j.deleted_at is not null then 'deleted'
      when j.status = 'cancelled' then 'cancelled'
      else 'lost'
    end
    from jsonb_to_recordset(p_beats) as beat (job uuid)
    left join public.processing_jobs j on j.id = beat.job;
end $$;

-- Ends a stage: its output (checkpoint), the job's new status and the free lease, in one transaction.
-- `p_columns` are the job's columns that the stage found out; absent ones stay as they are.
create function queue.complete_stage(p_job uuid, p_token bigint, p_output jsonb, p_columns jsonb default '{}')
  returns boolean language plpgsql as $$
declare
  v_job public.processing_jobs;
  v_next text;
begin
  select * into v_job from queue.held_job(p_job, p_token);
  if not found then return false; end if;
  v_next := case v_job.stage when 'downloading' then 'transcribing' when 'transcribing' then 'summarizing' else 'ready' end;

  insert into public.job_checkpoints (job_id, user_id, stage, output, claim_token)
    values (p_job, v_job.user_id, v_job.stage, p_output, p_token)
    on conflict (job_id, stage) do update set
      output = excluded.output, claim_token = excluded.claim_token, created_at = now();

  update public.processing_jobs set
    status = v_next,
    progress = case v_next when 'ready' then 100 else queue.first_progress(v_next) end,
    completed_at = case v_next when 'ready' then clock_timestamp() else completed_at end,
    worker_id = null, lease_expires_at = null, claimed_at = null, run_at = clock_timestamp(),
    attempts = 0, crash_count = 0, snoozed_since = null, error_code = null, error_message = null,
    current_step = null, progress_detail = null,
    video_title = coalesce(p_columns ->> 'video_title', video_title),
    video_thumbnail = coalesce(p_columns ->> 'video_thumbnail', video_thumbnail),
    video_duration = coalesce((p_columns ->> 'video_duration')::int, video_duration),
    source_language = coalesce(p_columns ->> 'source_language', source_language),
    transcription = coalesce(p_columns ->> 'transcription', transcription),
    summary_markdown = coalesce(p_columns ->> 'summary_markdown', summary_markdown),
    key_points = coalesce(p_columns -> 'key_points', key_points),
    ai_tags = coalesce(p_columns -> 'ai_tags', ai_tags),
    summarized_by = coalesce(p_columns ->> 'summarized_by', summarized_by),
    updated_at = clock_timestamp()
  where id = p_job;

  if v_next = 'ready' then
    insert into public.job_revisions (job_id, user_id, kind, summary_markdown)
      select id, user_id, 'generated', summary_markdown from public.processing_jobs where id = p_job;
  end if;
  perform queue.record(v_job, 'stage_done', v_job.stage, jsonb_build_object(
    'seconds', round(extract(epoch from clock_timestamp() - v_job.claimed_at), 3), 'token', p_token));
  return true;
end $$;

-- Ends a try that failed. With `p_retry_in` the job waits that long and is tried again at the same stage; without, it has
-- failed. A snooze (`p_costs_attempt` false) puts it off without counting.
create function queue.fail(
  p_job uuid, p_token bigint, p_code text, p_message text, p_retry_in interval default null, p_costs_attempt boolean default true
) returns boolean language plpgsql as $$
declare
  v_job public.processing_jobs;
begin
  select * into v_job from queue.held_job(p_job, p_token);
  if not found then return false; end if;
  update public.processing_jobs set
    worker_id = null, lease_expires_at = null, claimed_at = null,
    error_code = p_code, error_message = p_message, current_step = null, progress_detail = null,
    status = case when p_retry_in is null then 'failed' else status end,
    failed_stage = case when p_retry_in is null then v_job.status end,
    run_at = clock_timestamp() + coalesce(p_retry_in, '0 seconds'),
    parked = coalesce(p_retry_in > '0 seconds', false),
    attempts = attempts + case when p_costs_attempt then 1 else 0 end,
    retry_count = retry_count + case when p_retry_in is not null and p_costs_attempt then 1 else 0 end,
    snoozed_since = case when p_costs_attempt then null else coalesce(snoozed_since, clock_timestamp()) end,
    updated_at = clock_timestamp()
  where id = p_job;
  perform queue.record(v_job, case when p_retry_in is null then 'failed' else 'retry_scheduled' end, v_job.stage,
    jsonb_build_object('code', p_code, 'message', p_message, 'retry_in_seconds', extract(epoch from p_retry_in)));
  return true;
end $$;

-- Gives a job back unfinished, at no cost: the worker is stopping.
create function queue.release(p_job uuid, p_token bigint) returns boolean language plpgsql as $$
declare
  v_job public.processing_jobs;
begin
  select * into v_job from queue.held_job(p_job, p_token);
  if not found then return false; end if;
  update public.processing_jobs set
    worker_id = null, lease_expires_at = null, claimed_at = null, updated_at = clock_timestamp()
  where id = p_job;
  perform queue.record(v_job, 'released', v_job.stage);
  return true;
end $$;

-- 20261123000400_policies.sql

-- Who may see and do what. The server's own role owns the tables and runs the queue; a person's requests run as
-- `authenticated` with their id in the JWT claims (database/as-user.ts, or PostgREST on Supabase).

alter table public.processing_jobs enable row level security;
alter table public.categories enable row level security;
alter table public.job_checkpoints enable row level security;
alter table public.job_revisions enable row level security;
alter table public.job_events enable row level security;
alter table public.job_thumbnails enable row level security;
alter table public.publications enable row level security;
alter table public.search_chunks enable row level security;
alter table public.user_settings enable row level security;

create policy own_rows on public.processing_jobs for all to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy own_rows on public.categories for all to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy own_rows on public.user_settings for all to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy own_rows on public.job_checkpoints for select to authenticated using (user_id = (select auth.uid()));
create policy own_rows on public.job_revisions for select to authenticated using (user_id = (select auth.uid()));
create policy own_rows on public.job_events for select to authenticated using (user_id = (select auth.uid()));
create policy own_rows on public.job_thumbnails for select to authenticated using (user_id = (select auth.uid()));
create policy own_rows on public.publications for select to authenticated using (user_id = (select auth.uid()));
create policy own_rows on public.search_chunks for select to authenticated using (user_id = (select auth.uid()));

revoke all on public.processing_jobs, public.categories, public.job_checkpoints, public.job_revisions, public.job_events,
  public.job_thumbnails, public.publications, public.search_chunks, public.user_settings from anon, authenticated;
grant usage on schema public to authenticated;
grant select on public.processing_jobs, public.job_checkpoints, public.job_revisions, public.job_events,
  public.job_thumbnails, public.publications, public.search_chunks to authenticated;
grant select, insert, update, delete on public.categories, public.user_settings to authenticated;
-- Of a job, people edit its words. Status, leases and checkpoints move through the queue's verbs alone.
grant update (summary_markdown, video_title, category_id, ai_tags, version, updated_at) on public.processing_jobs to authenticated;

revoke all on schema queue from public, anon, authenticated;
revoke execute on all functions in schema queue from public, anon, authenticated;

-- 20261123000500_parts.sql

-- What a long stage has finished of itself, and what a person chose for one job.

-- A stage of hours keeps what it has done so far: a window of transcribed speech, a part of a summary. The next claim of
-- the same stage goes on from there. Gone once the stage's own output stands in `job_checkpoints`.
create table public.job_parts (
  job_id uuid not null,
  user_id uuid not null,
  stage text not null check (stage in ('downloading', 'transcribing', 'summarizing')),
  -- What the stage calls it.
  key text not null check (char_length(key) between 1 and 200),
  output jsonb not null,
  -- The claim that wrote it.
  claim_token bigint not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (job_id, stage, key),
  foreign key (job_id, user_id) references public.processing_jobs (id, user_id) on delete cascade
);
alter table public.job_parts enable row level security;
create policy own_rows on public.job_parts for select to authenticated using (user_id = (select auth.uid()));
revoke all on public.job_parts from anon, authenticated;
grant select on public.job_parts to authenticated;

-- What the person asked for when adding it; `jobOptionsSchema` of the contracts says what there is.
alter table public.processing_jobs add column options jsonb not null default '{}' check (jsonb_typeof(options) = 'object');

-- How the summary was made: what it covers, what is missing, what it cost; `summaryFactsSchema` of the contracts.
alter table public.processing_jobs add column summary_facts jsonb;

-- Keeps a finished part of the stage that the claim is in.
create function queue.keep_part(p_job uuid, p_token bigint, p_key text, p_output jsonb) returns boolean language plpgsql as $$
declare
  v_job public.processing_jobs;
begin
  select * into v_job from queue.held_job(p_job, p_token);
  if not found then return false; end if;
  insert into public.job_parts (job_id, user_id, stage, key, output, claim_token)
    values (p_job, v_job.user_id, v_job.stage, p_key, p_output, p_token)
    on conflict (job_id, stage, key) do update set
      output = excluded.output, claim_token = excluded.claim_token, created_at = excluded.created_at;
  return true;
end $$;

drop function queue.enqueue(uuid, text, text, text, text, text, boolean);

-- Queues a source. The same source again gives the job that exists (`created` is false), unless that one failed, was
-- cancelled or deleted, or `p_force` is set.
create function queue.enqueue(
  p_user uuid, p_url text, p_source_key text, p_custom_prompt text default null, p_output_language text default null,
  p_title text default null, p_force boolean default false, p_options jsonb default '{}'
) returns table (job_id uuid, created boolean) language plpgsql as $$
declare
  v_job public.processing_jobs;
begin
  -- Two requests for one source meet here; the second sees the first one's row.
  perform pg_advisory_xact_lock(hashtextextended(p_user::text || ' ' || p_source_key, 0));
  if not p_force then
    select * into v_job from public.processing_jobs
      where user_id = p_user and source_key = p_source_key and deleted_at is null and status not in ('failed', 'cancelled')
      order by created_at desc limit 1;
    if found then
      return query select v_job.id, false;
      return;
    end if;
  end if;
  insert into public.processing_jobs (user_id, url, source_key, custom_prompt, output_language, video_title, options)
    values (p_user, p_url, p_source_key, p_custom_prompt, p_output_language, p_title, p_options)
    returning * into v_job;
  perform queue.record(v_job, 'queued');
  return query select v_job.id, true;
end $$;

revoke execute on all functions in schema queue from public, anon, authenticated;

-- 20261123000550_summaries.sql

-- What a person chooses of summaries, and all that a revision needs to be compared and brought back.

alter table public.job_revisions
  add column title text,
  add column key_points jsonb not null default '[]' check (jsonb_typeof(key_points) = 'array'),
  add column tags jsonb not null default '[]' check (jsonb_typeof(tags) = 'array'),
  add column summarized_by text,
  add column facts jsonb,
  drop constraint job_revisions_kind_check,
  -- `regenerated`: written anew, and only used when the person says so. `replaced`: what a person had before bringing another back.
  add constraint job_revisions_kind_check check (kind in ('generated', 'saved', 'regenerated', 'replaced'));

-- Null: what the installation is configured with.
alter table public.user_settings
  add column llm text check (char_length(llm) between 1 and 200),
  add column llm_base_url text check (char_length(llm_base_url) between 1 and 2048),
  add column template text check (char_length(template) between 1 and 60);

-- A person's own ways to have a summary written.
create table public.summary_templates (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users on delete cascade,
  name text not null check (char_length(name) between 1 and 80),
  instructions text not null check (char_length(instructions) between 1 and 8000),
  created_at timestamptz not null default now(),
  unique (id, user_id)
);
create unique index summary_templates_name on public.summary_templates (user_id, lower(name));

-- Keys that a person entered, encrypted by the server (AES-256-GCM with `SECRET_KEY`). Nobody but the server reads them.
create table public.user_secrets (
  user_id uuid not null references auth.users on delete cascade,
  name text not null check (char_length(name) between 1 and 60),
  ciphertext bytea not null,
  created_at timestamptz not null default now(),
  primary key (user_id, name)
);

alter table public.summary_templates enable row level security;
alter table public.user_secrets enable row level security;
create policy own_rows on public.summary_templates for all to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
revoke all on public.summary_templates, public.user_secrets from anon, authenticated;
grant select, insert, update, delete on public.summary_templates to authenticated;

-- 20261123000600_lighter_claims.sql

-- Claims and checkpoints at less cost, by what Postgres was seen to spend its time on: a function whose result is a row of
-- `processing_jobs` makes it copy the table's description, with the text of every CHECK, several times a call. The rows of a
-- view have no CHECKs. These replace the functions of the same names in the first migration of the queue.

-- What a worker is given with a claim.
create view queue.claimed_jobs as
  select coalesce(extract(epoch from clock_timestamp() - snoozed_since), 0)::float8 as snoozed_seconds, *
  from public.processing_jobs;

drop function queue.claim(text, text, interval, int);
drop function queue.claim_job(text, uuid, interval);
drop function queue.take(uuid, text, interval);
drop function queue.sample_waiting_users(text, int);

-- Up to `p_sample` users with work waiting for a stage, from a random one on, and since when the job that each would get has
-- been due. A loose index scan: one probe of `jobs_waiting` a user, however long each one's backlog is.
create function queue.sample_waiting_users(p_stage text, p_sample int default 16)
  returns table (waiting_user uuid, due_at timestamptz) language plpgsql stable as $$
declare
  v_pivot constant uuid := gen_random_uuid();
  v_last uuid := v_pivot;
  v_wrapped boolean := false;
begin
  for _ in 1 .. p_sample loop
    select user_id, run_at into waiting_user, due_at from public.processing_jobs
      where waiting and stage = p_stage and user_id > v_last
      order by user_id, priority desc, run_at limit 1;
    if not found and not v_wrapped then
      v_wrapped := true;
      select user_id, run_at into waiting_user, due_at from public.processing_jobs
        where waiting and stage = p_stage
        order by user_id, priority desc, run_at limit 1;
    end if;
    exit when waiting_user is null or (v_wrapped and waiting_user > v_pivot);
    v_last := waiting_user;
    return next;
  end loop;
end $$;

-- Gives one job to a worker: its claim token rises, its lease begins, and a pending job becomes `downloading`.
create function queue.take(p_job uuid, p_worker text, p_lease interval) returns setof queue.claimed_jobs
  language plpgsql as $$
declare
  v_job public.processing_jobs;
begin
  update public.processing_jobs set
    worker_id = p_worker, claim_token = claim_token + 1,
    claimed_at = clock_timestamp(), lease_expires_at = clock_timestamp() + p_lease,
    status = stage, progress = greatest(progress, queue.first_progress(stage)),
    current_step = null, progress_detail = null,
    started_at = coalesce(started_at, clock_timestamp()), updated_at = clock_timestamp()
  where id = p_job and waiting
  returning * into v_job;
  if not found then return; end if;
  perform queue.record(v_job, 'claimed', v_job.stage, jsonb_build_object('worker', p_worker, 'token', v_job.claim_token));
  return query select * from queue.claimed_jobs where id = p_job;
end $$;

-- The next job for a stage, or no row (always, while the queue or the worker is paused). Fair among users: of a random sample
-- of those with work waiting, the one with fewest jobs running comes first, then the one who has waited longest; within a
-- user, priority, then age.
create function queue.claim(p_worker text, p_stage text, p_lease interval default '90 seconds', p_crash_limit int default 5)
  returns setof queue.claimed_jobs language plpgsql as $$
declare
  v_user uuid;
  v_job uuid;
begin
  if queue.is_paused(p_worker) then return; end if;
  perform queue.unpark_due_jobs();
  perform queue.rescue_crashed_jobs(p_crash_limit => p_crash_limit);
  for v_user in
    select waiting_user from queue.sample_waiting_users(p_stage)
    order by (select count(*) from public.processing_jobs where worker_id is not null and user_id = waiting_user), due_at
  loop
    select id into v_job from public.processing_jobs
      where waiting and stage = p_stage and user_id = v_user
      order by priority desc, run_at
      limit 1 for update skip locked;
    if found then
      return query select * from queue.take(v_job, p_worker, p_lease);
      return;
    end if;
  end loop;
end $$;

-- That very job, if it is waiting.
create function queue.claim_job(p_worker text, p_job uuid, p_lease interval default '90 seconds')
  returns setof queue.claimed_jobs language plpgsql as $$
begin
  perform queue.unpark_due_jobs();
  return query select * from queue.take(p_job, p_worker, p_lease);
end $$;

-- Ends a stage: its output (checkpoint), the job's new status and the free lease, in one transaction. The parts of
-- the stage have done their work.
-- `p_columns` are the job's columns that the stage found out; absent ones stay as they are.
create or replace function queue.complete_stage(p_job uuid, p_token bigint, p_output jsonb, p_columns jsonb default '{}')
  returns boolean language plpgsql as $$
declare
  v_job public.processing_jobs;
  v_next text;
begin
  select * into v_job from public.processing_jobs
    where id = p_job and claim_token = p_token and worker_id is not null and lease_expires_at > clock_timestamp()
    for update;
  if not found then return false; end if;
  v_next := case v_job.stage when 'downloading' then 'transcribing' when 'transcribing' then 'summarizing' else 'ready' end;

  insert into public.job_checkpoints (job_id, user_id, stage, output, claim_token)
    values (p_job, v_job.user_id, v_job.stage, p_output, p_token)
    on conflict (job_id, stage) do update set
      output = excluded.output, claim_token = excluded.claim_token, created_at = now();
  delete from public.job_parts where job_id = p_job and stage = v_job.stage;

  update public.processing_jobs set
    status = v_next,
    progress = case v_next when 'ready' then 100 else queue.first_progress(v_next) end,
    completed_at = case v_next when 'ready' then clock_timestamp() else completed_at end,
    worker_id = null, lease_expires_at = null, claimed_at = null, run_at = clock_timestamp(),
    attempts = 0, crash_count = 0, snoozed_since = null, error_code = null, error_message = null,
    current_step = null, progress_detail = null,
    video_title = coalesce(p_columns ->> 'video_title', video_title),
    video_thumbnail = coalesce(p_columns ->> 'video_thumbnail', video_thumbnail),
    video_duration = coalesce((p_columns ->> 'video_duration')::int, video_duration),
    source_language = coalesce(p_columns ->> 'source_language', source_language),
    transcription = coalesce(p_columns ->> 'transcription', transcription),
    summary_markdown = coalesce(p_columns ->> 'summary_markdown', summary_markdown),
    key_points = coalesce(p_columns -> 'key_points', key_points),
    ai_tags = coalesce(p_columns -> 'ai_tags', ai_tags),
    summarized_by = coalesce(p_columns ->> 'summarized_by', summarized_by),
    summary_facts = coalesce(p_columns -> 'summary_facts', summary_facts),
    updated_at = clock_timestamp()
  where id = p_job;

  if v_next = 'ready' then
    insert into public.job_revisions (job_id, user_id, kind, title, summary_markdown, key_points, tags, summarized_by, facts)
      select id, user_id, 'generated', video_title, summary_markdown, key_points, ai_tags, summarized_by, summary_facts
      from public.processing_jobs where id = p_job;
  end if;
  perform queue.record(v_job, 'stage_done', v_job.stage, jsonb_build_object(
    'seconds', round(extract(epoch from clock_timestamp() - v_job.claimed_at), 3), 'token', p_token));
  return true;
end $$;
revoke all on queue.claimed_jobs from public, anon, authenticated;
revoke execute on all functions in schema queue from public, anon, authenticated;

-- 20261123000700_operations.sql

-- Work on a finished job that takes long: writing its summary anew, indexing it. Each is claimed, kept alive and fenced as a
-- job's stage is, with its own lease, so that it outlives a crash; the job itself stays ready or saved meanwhile.

create table public.operations (
  id uuid primary key default gen_random_uuid(),
  job_id uuid not null,
  user_id uuid not null,
  kind text not null check (kind in ('regenerate', 'index')),
  -- What was asked for.
  input jsonb not null default '{}' check (jsonb_typeof(input) = 'object'),
  status text not null default 'waiting' check (status in ('waiting', 'done', 'failed', 'cancelled')),
  progress_detail jsonb,
  error_code text,
  error_message text,
  run_at timestamptz not null default clock_timestamp(),
  attempts int not null default 0 check (attempts >= 0),
  -- Leases that ran out, in all.
  crash_count int not null default 0 check (crash_count >= 0),
  snoozed_since timestamptz,
  claim_token bigint not null default 0 check (claim_token >= 0),
  worker_id text,
  lease_expires_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  foreign key (job_id, user_id) references public.processing_jobs (id, user_id) on delete cascade,
  constraint lease_iff_worker check ((worker_id is null) = (lease_expires_at is null)),
  constraint only_waiting_ones_are_held check (worker_id is null or status = 'waiting'),
  constraint ended_ones_know_when check ((status = 'waiting') = (ended_at is null)),
  constraint failed_ones_say_why check (status <> 'failed' or error_code is not null)
) with (fillfactor = 80);
-- One of a kind at a time for a job, however often it is asked for.
create unique index operations_at_once on public.operations (job_id, kind) where status = 'waiting';
create index operations_waiting on public.operations (run_at) where status = 'waiting';
create index operations_of_job on public.operations (job_id, created_at);

-- What an operation has finished of itself; gone with its end.
create table public.operation_parts (
  operation_id uuid not null references public.operations on delete cascade,
  key text not null check (char_length(key) between 1 and 200),
  output jsonb not null,
  primary key (operation_id, key)
);

alter table public.operations enable row level security;
alter table public.operation_parts enable row level security;
create policy own_rows on public.operations for select to authenticated using (user_id = (select auth.uid()));
revoke all on public.operations, public.operation_parts from anon, authenticated;
grant select on public.operations to authenticated;

-- ---------------------------------------------------------------------------------------------------------------------

-- Adds to the history of the operation's job, and hints to listeners.
create function queue.record_operation(p_operation public.operations, p_what text, p_detail jsonb default '{}') returns void
  language plpgsql as $$
begin
  insert into public.job_events (job_id, user_id, kind, detail)
    values (p_operation.job_id, p_operation.user_id, p_operation.kind || '_' || p_what, p_detail);
  perform pg_notify('destila_jobs', p_operation.job_id::text);
end $$;

-- Asks for an operation on a ready or saved job. While one of its kind is under way that one is given (`created` is false).
-- No row when there is no such job.
create function queue.start_operation(p_job uuid, p_user uuid, p_kind text, p_input jsonb default '{}')
  returns table (operation_id uuid, created boolean) language plpgsql as $$
declare
  v_operation public.operations;
begin
  perform from public.processing_jobs
    where id = p_job and user_id = p_user and deleted_at is null and status in ('ready', 'saved')
    for key share;
  if not found then return; end if;
  insert into public.operations (job_id, user_id, kind, input) values (p_job, p_user, p_kind, p_input)
    on conflict (job_id, kind) where status = 'waiting' do nothing
    returning * into v_operation;
  if found then
    perform queue.record_operation(v_operation, 'started');
    return query select v_operation.id, true;
  else
    return query select id, false from public.operations where job_id = p_job and kind = p_kind and status = 'waiting';
  end if;
end $$;

-- The next operation, or no row: of the person with fewest running, the one that has waited longest. One whose worker died is
-- taken up again, until it has killed too many.
create function queue.claim_operation(p_worker text, p_lease interval default '90 seconds', p_crash_limit int default 5)
  returns setof public.operations language plpgsql as $$
declare
  v_operation public.operations;
begin
  loop
    select o.* into v_operation from public.operations o
      where o.status = 'waiting' and o.run_at <= clock_timestamp()
        and (o.worker_id is null or o.lease_expires_at <= clock_timestamp())
        and not exists (select from public.processing_jobs j where j.id = o.job_id and j.deleted_at is not null)
      order by (select count(*) from public.operations r where r.user_id = o.user_id and r.lease_expires_at > clock_timestamp()), o.run_at
      limit 1 for update skip locked;
    if not found then return; end if;
    exit when v_operation.crash_count + (v_operation.worker_id is not null)::int < p_crash_limit;
    update public.operations set
      status = 'failed', error_code = 'worker_crashed', worker_id = null, lease_expires_at = null, ended_at = clock_timestamp()
    where id = v_operation.id;
    perform queue.record_operation(v_operation, 'failed', jsonb_build_object('code', 'worker_crashed'));
  end loop;
  return query
    update public.operations set
      crash_count = crash_count + case when worker_id is null then 0 else 1 end,
      worker_id = p_worker, claim_token = claim_token + 1, lease_expires_at = clock_timestamp() + p_lease
    where id = v_operation.id
    returning *;
end $$;

-- The row of a live claim, locked; no row when the claim is not live any more.
create function queue.held_operation(p_operation uuid, p_token bigint) returns setof public.operations
  language sql volatile as $$
    select * from public.operations
    where id = p_operation and claim_token = p_token and worker_id is not null and lease_expires_at > clock_timestamp()
    for update
  $$;

-- Prolongs a claim and writes its progress; answers its fate as `queue.heartbeat` does.
create function queue.heartbeat_operation(p_operation uuid, p_token bigint, p_detail jsonb, p_lease interval default '90 seconds')
  returns text language plpgsql as $$
declare
  v_operation public.operations;
begin
  select * into v_operation from queue.held_operation(p_operation, p_token);
  if not found then
    return coalesce((select 'cancelled' from public.operations where id = p_operation and status = 'cancelled'), 'lost');
  end if;
  perform from public.processing_jobs where id = v_operation.job_id and deleted_at is null;
  if not found then return 'deleted'; end if;
  update public.operations set lease_expires_at = clock_timestamp() + p_lease, progress_detail = p_detail where id = p_operation;
  return 'held';
end $$;

create function queue.keep_part_of_operation(p_operation uuid, p_token bigint, p_key text, p_output jsonb) returns boolean
  language plpgsql as $$
begin
  perform from queue.held_operation(p_operation, p_token);
  if not found then return false; end if;
  insert into public.operation_parts (operation_id, key, output) values (p_operation, p_key, p_output)
    on conflict (operation_id, key) do update set output = excluded.output;
  return true;
end $$;

-- Ends an operation that came to its end. What it came to is written in the same transaction, after this has said true.
create function queue.finish_operation(p_operation uuid, p_token bigint) returns boolean language plpgsql as $$
declare
  v_operation public.operations;
begin
  select * into v_operation from queue.held_operation(p_operation, p_token);
  if not found then return false; end if;
  update public.operations set
    status = 'done', ended_at = clock_timestamp(), worker_id = null, lease_expires_at = null,
    error_code = null, error_message = null, progress_detail = null
  where id = p_operation;
  delete from public.operation_parts where operation_id = p_operation;
  perform queue.record_operation(v_operation, 'done');
  return true;
end $$;

-- Ends a try that failed, with `p_retry_in` for a while, without it for good.
create function queue.fail_operation(
  p_operation uuid, p_token bigint, p_code text, p_message text, p_retry_in interval default null, p_costs_attempt boolean default true
) returns boolean language plpgsql as $$
declare
  v_operation public.operations;
begin
  select * into v_operation from queue.held_operation(p_operation, p_token);
  if not found then return false; end if;
  update public.operations set
    status = case when p_retry_in is null then 'failed' else 'waiting' end,
    ended_at = case when p_retry_in is null then clock_timestamp() end,
    worker_id = null, lease_expires_at = null, error_code = p_code, error_message = p_message, progress_detail = null,
    run_at = clock_timestamp() + coalesce(p_retry_in, '0 seconds'),
    attempts = attempts + case when p_costs_attempt then 1 else 0 end,
    snoozed_since = case when p_costs_attempt then null else coalesce(snoozed_since, clock_timestamp()) end
  where id = p_operation;
  perform queue.record_operation(v_operation, case when p_retry_in is null then 'failed' else 'retry_scheduled' end,
    jsonb_build_object('code', p_code, 'retry_in_seconds', extract(epoch from p_retry_in)));
  return true;
end $$;

-- Gives an operation back unfinished, at no cost: the worker is stopping.
create function queue.release_operation(p_operation uuid, p_token bigint) returns boolean language plpgsql as $$
begin
  perform from queue.held_operation(p_operation, p_token);
  if not found then return false; end if;
  update public.operations set worker_id = null, lease_expires_at = null where id = p_operation;
  return true;
end $$;

-- Stops an operation that has not ended. A running claim is fenced out at once.
create function queue.cancel_operation(p_operation uuid, p_user uuid) returns boolean language plpgsql as $$
declare
  v_operation public.operations;
begin
  update public.operations set
    status = 'cancelled', ended_at = clock_timestamp(), worker_id = null, lease_expires_at = null, progress_detail = null
  where id = p_operation and user_id = p_user and status = 'waiting'
  returning * into v_operation;
  if not found then return false; end if;
  delete from public.operation_parts where operation_id = p_operation;
  perform queue.record_operation(v_operation, 'cancelled');
  return true;
end $$;

-- Frees what a process that has ended still holds; for the embedded database, which has only one.
create function queue.free_operations() returns void language sql volatile as $$
  update public.operations set worker_id = null, lease_expires_at = null, crash_count = crash_count + 1 where worker_id is not null
$$;

revoke execute on all functions in schema queue from public, anon, authenticated;

-- 20261123000800_publications.sql

-- A save is wanted from the click until it is finished or fails for good. Whoever works on it holds a claim, fenced by its token
-- as a stage's is; what nobody holds is taken up again by any process.

alter table public.publications rename column publishing_until to lease_expires_at;

alter table public.publications
  add column wanted boolean not null default false,
  -- What becomes of changes that somebody made to the page; null: the person is asked.
  add column on_conflict text check (on_conflict in ('overwrite', 'append')),
  -- What the destination needs to know of its page, in its own words.
  add column state jsonb,
  add column claim_token bigint not null default 0 check (claim_token >= 0),
  -- Claims since a save was last finished: after the first, something may be at the destination that nobody could write down.
  add column tries int not null default 0 check (tries >= 0),
  -- Failed tries of the present save, leases that ran out among them.
  add column attempts int not null default 0 check (attempts >= 0),
  -- Since when a rate limit has been putting the save off.
  add column snoozed_since timestamptz,
  add column run_at timestamptz not null default clock_timestamp(),
  -- Why the last try failed.
  add column error_code text;

-- Those under way while the schema changes, and those that were cut off.
update public.publications set wanted = lease_expires_at is not null, tries = 1
  where lease_expires_at is not null or published_at is null;

alter table public.publications
  add constraint only_wanted_ones_are_held check (wanted or lease_expires_at is null);

create index publications_wanted on public.publications (run_at) where wanted;

-- 20261123000900_search_words.sql

-- Search that knows titles and channels, forgives typing errors, and weighs words by how rare they are.

create extension if not exists pg_trgm with schema extensions;

-- What is derived from passages. It is no part of a library's copy: it is made anew wherever passages are written. Only the
-- server reads it; what a search finds is read from `search_chunks`, by the person's own rights.
create schema search;

alter table public.search_chunks
  -- The note's, so that a passage is found by them too.
  add column title text,
  add column channel text,
  -- ISO 639-1, which says what models can read it.
  add column language text,
  add unique (id, user_id),
  -- Passages that stay move to other places when some before them come or go, for a moment to one that is taken. (A constraint that is
  -- checked later would forbid `on conflict`, by which libraries are imported.)
  drop constraint search_chunks_job_id_position_key;
create index chunks_of_job on public.search_chunks (job_id, position);

update public.search_chunks c set
  title = j.video_title,
  channel = (
    select d.output ->> 'channel' from public.job_checkpoints d where d.job_id = c.job_id and d.stage = 'downloading'
  ),
  language = left(j.source_language, 2)
from public.processing_jobs j where j.id = c.job_id;

alter table public.search_chunks
  drop column words,
  add column words tsvector not null generated always as (
    setweight(to_tsvector('public.destila_es', coalesce(heading, '')), 'A')
    || setweight(to_tsvector('public.destila_en', coalesce(heading, '')), 'A')
    || setweight(to_tsvector('public.destila_es', coalesce(title, '')), 'B')
    || setweight(to_tsvector('public.destila_en', coalesce(title, '')), 'B')
    || setweight(to_tsvector('public.destila_simple', coalesce(title, '')), 'B')
    || setweight(to_tsvector('public.destila_simple', coalesce(channel, '')), 'C')
    || to_tsvector('public.destila_es', text)
    || to_tsvector('public.destila_en', text)
    || to_tsvector('public.destila_simple', text)
  ) stored;
-- Without the list of pending entries: each search would read all of it, and the embedded database never clears it by itself.
create index chunks_words on public.search_chunks using gin (words) with (fastupdate = off);

-- In how many passages of a person each word stands, in every form in which it is looked for.
create table search.words (
  user_id uuid not null references auth.users on delete cascade,
  word text collate "C" not null,
  chunks int not null,
  primary key (user_id, word)
) with (fillfactor = 80);
create index words_alike on search.words using gin (word extensions.gin_trgm_ops) with (fastupdate = off);
alter table search.words enable row level security;

-- Counts the words of passages that come and go. Rows are locked in one order, so that two notes can be indexed at a time.
create function search.add_words() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  insert into search.words as known (user_id, word, chunks)
    select c.user_id, w.word, count(*) from changed c, unnest(tsvector_to_array(c.words)) as w(word)
    group by c.user_id, w.word
    order by c.user_id, w.word collate "C"
  on conflict (user_id, word) do update set chunks = known.chunks + excluded.chunks;
  return null;
end $$;

create function search.remove_words() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  perform from search.words
    where (user_id, word) in (select c.user_id, w.word from changed c, unnest(tsvector_to_array(c.words)) as w(word))
    order by user_id, word for update;
  update search.words known set chunks = known.chunks - gone.chunks
    from (
      select c.user_id, w.word, count(*) as chunks from changed c, unnest(tsvector_to_array(c.words)) as w(word)
      group by c.user_id, w.word
    ) as gone
    where (known.user_id, known.word) = (gone.user_id, gone.word);
  delete from search.words where chunks <= 0 and user_id in (select user_id from changed);
  return null;
end $$;

create trigger add_words after insert on public.search_chunks
  referencing new table as changed for each statement execute function search.add_words();
create trigger remove_words after delete on public.search_chunks
  referencing old table as changed for each statement execute function search.remove_words();

insert into search.words (user_id, word, chunks)
  select c.user_id, w.word, count(*) from public.search_chunks c, unnest(tsvector_to_array(c.words)) as w(word)
  group by c.user_id, w.word;

-- Words of a person's passages that share three-letter pieces with one, the most alike first. The usual threshold (0.3) would
-- leave out short words with two letters exchanged.
create function search.alike_words(p_user uuid, p_word text) returns setof text
  language plpgsql as $$
begin
  perform set_config('pg_trgm.similarity_threshold', '0.2', true);
  return query
    select word from search.words
    where user_id = p_user and word operator(extensions.%) p_word
      and length(word) between length(p_word) - 2 and length(p_word) + 2
    order by extensions.similarity(word, p_word) desc, chunks desc
    limit 40;
end $$;

revoke execute on all functions in schema search from public, anon, authenticated;

-- 20261123001000_notion.sql

-- Where each person's notes go in Notion; the token is in user_secrets. Without a row, the installation's own connection, if it has one.
create table public.notion_connections (
  user_id uuid primary key references auth.users on delete cascade,
  data_source_id text not null check (char_length(data_source_id) between 1 and 100),
  title text not null check (char_length(title) <= 2000),
  url text not null check (char_length(url) <= 2048),
  -- Which of its properties holds what, by id.
  mapping jsonb not null check (jsonb_typeof(mapping) = 'object')
);

alter table public.notion_connections enable row level security;
create policy own_rows on public.notion_connections for all to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
revoke all on public.notion_connections from anon, authenticated;
grant select, insert, update, delete on public.notion_connections to authenticated;

alter table public.publications
  -- The data source that the save under way goes to: it stays the same although the person chooses another one meanwhile.
  add column target text check (char_length(target) between 1 and 100),
  -- When to look for what a call that was given up made too late, after the save had ended.
  add column look_again_at timestamptz;
create index publications_to_look_at on public.publications (look_again_at) where look_again_at is not null;

alter table public.user_settings
  add column category_required boolean not null default false,
  -- The host outside this machine that the person lets read their indexed notes, or `here`; null until they were asked.
  add column index_reader text check (char_length(index_reader) between 1 and 255);

-- Which version of the note search finds.
alter table public.processing_jobs
  add column indexed_version int check (indexed_version >= 1);
grant update (indexed_version) on public.processing_jobs to authenticated;
update public.processing_jobs set indexed_version = version where indexed_at is not null;

-- What hundreds of notes are compared by, without reading their captions.
alter table public.job_checkpoints
  add column channel text generated always as (case when stage = 'downloading' then output ->> 'channel' end) stored;

-- 20261124001100_saved_version.sql

-- Which version of the note is where it was saved. Of notes saved before this was kept, the present one is taken for it.
alter table public.processing_jobs
  add column saved_version int check (saved_version >= 1);
update public.processing_jobs set saved_version = version where saved_at is not null;

create schema if not exists supabase_migrations;
create table if not exists supabase_migrations.schema_migrations (version text primary key, statements text[], name text);
insert into supabase_migrations.schema_migrations (version, name) values
  ('20261123000100', 'tables'),
  ('20261123000200', 'search'),
  ('20261123000300', 'queue'),
  ('20261123000400', 'policies'),
  ('20261123000500', 'parts'),
  ('20261123000550', 'summaries'),
  ('20261123000600', 'lighter_claims'),
  ('20261123000700', 'operations'),
  ('20261123000800', 'publications'),
  ('20261123000900', 'search_words'),
  ('20261123001000', 'notion'),
  ('20261124001100', 'saved_version');
