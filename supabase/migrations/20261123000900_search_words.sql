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
