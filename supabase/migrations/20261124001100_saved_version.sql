-- Which version of the note is where it was saved. Of notes saved before this was kept, the present one is taken for it.
alter table public.processing_jobs
  add column saved_version int check (saved_version >= 1);
update public.processing_jobs set saved_version = version where saved_at is not null;
