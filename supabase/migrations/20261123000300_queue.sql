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
