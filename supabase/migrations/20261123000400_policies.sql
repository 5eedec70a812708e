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
