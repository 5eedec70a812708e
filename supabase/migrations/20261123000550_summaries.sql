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
