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
