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
