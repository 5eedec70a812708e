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
