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
