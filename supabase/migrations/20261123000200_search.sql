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
