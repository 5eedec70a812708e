-- Search by meaning: what needs pgvector. Applied after the migrations where that extension can be had (Supabase, the embedded
-- database); it can be applied again at any time.

create extension if not exists vector with schema extensions;
set local search_path = public, extensions;

-- One vector a passage, of the model that read it last: while another model reads a library anew, both answer. Half precision
-- halves what an index takes, and holds models of up to 4,000 dimensions (pgvector's README, HNSW).
create table if not exists search.vectors (
  chunk_id uuid primary key,
  user_id uuid not null,
  -- As `provider:model`. Vectors of two models cannot be compared.
  model text not null,
  dimension int not null generated always as (vector_dims(embedding)) stored,
  embedding halfvec not null,
  foreign key (chunk_id, user_id) references public.search_chunks (id, user_id) on delete cascade
);
create index if not exists vectors_of_user on search.vectors (user_id, model, dimension);
alter table search.vectors enable row level security;

-- An index holds vectors of one dimension; it is made, empty, before the first of them comes.
create or replace function search.index_vectors(p_dimension int) returns void
  language plpgsql set search_path = public, extensions as $$
declare
  v_name text := 'vectors_' || p_dimension;
begin
  if to_regclass('search.' || v_name) is not null then return; end if;
  perform pg_advisory_xact_lock(hashtext('search.' || v_name));
  execute format(
    'create index if not exists %I on search.vectors using hnsw ((embedding::halfvec(%s)) halfvec_cosine_ops) where dimension = %s',
    v_name, p_dimension, p_dimension
  );
end $$;

-- Keeps vectors, given as [{"id": passage, "embedding": "[…]"}], in place of those of other models. Of a passage that is gone
-- meanwhile nothing is kept.
create or replace function search.put_vectors(p_model text, p_vectors jsonb) returns void
  language sql set search_path = public, extensions as $$
    insert into search.vectors (chunk_id, user_id, model, embedding)
      select c.id, c.user_id, p_model, given.embedding::halfvec
      from jsonb_to_recordset(p_vectors) as given (id uuid, embedding text) join public.search_chunks c on c.id = given.id
      for key share of c
    on conflict (chunk_id) do update set model = excluded.model, embedding = excluded.embedding
  $$;

-- The passages of a person nearest to a vector, nearest first, of all or of certain notes. Few are compared one by one, which
-- is exact; among many the index is asked, which goes on, not quite in order, until enough are
-- found that are theirs (iterative scan).
create or replace function search.nearest(
  p_user uuid, p_model text, p_dimension int, p_vector text, p_jobs uuid[], p_limit int, p_exact boolean
) returns table (chunk_id uuid, job_id uuid, distance float8)
  language plpgsql stable set search_path = public, extensions as $$
begin
  -- With 100, questions that resemble no passage in particular lose a tenth of their answers (`bench/search`).
  perform set_config('hnsw.ef_search', '200', true), set_config('hnsw.iterative_scan', 'relaxed_order', true);
  -- Nothing gathers statistics in the embedded database. Without them Postgres takes anybody's vectors to be few, and would
  -- rather sort all of them than ask the index.
  if not p_exact and not exists (select from pg_stats where schemaname = 'search' and tablename = 'vectors') then
    perform set_config('enable_sort', 'off', true);
  end if;
  return query execute format(
    $sql$
      select * from (
        select v.chunk_id, c.job_id, (v.%1$s <=> $1::halfvec(%2$s))::float8 as distance
        from public.search_chunks c
          join public.processing_jobs j on j.id = c.job_id
          join %3$s v on v.chunk_id = c.id
        where v.user_id = $2 and v.model = $3 and v.dimension = %2$s and j.deleted_at is null and ($4 is null or c.job_id = any($4))
        order by v.%1$s <=> $1::halfvec(%2$s)
        limit $5
      ) as nearest order by distance
    $sql$,
    case when p_exact then 'embedding' else format('embedding::halfvec(%s)', p_dimension) end, p_dimension,
    -- Of a few notes only their own vectors are read, however many the person has.
    case when p_exact and p_jobs is not null
      then 'lateral (select * from search.vectors where vectors.chunk_id = c.id offset 0)' else 'search.vectors' end
  ) using p_vector, p_user, p_model, p_jobs, p_limit;
end $$;

-- The models that have read passages of a person, without a look at each passage, and of how many, up to `p_most`.
create or replace function search.models(p_user uuid, p_most int) returns table (model text, dimension int, chunks bigint)
  language sql stable set search_path = public, extensions as $$
    with recursive known as (
      (select v.model, v.dimension from search.vectors v where v.user_id = p_user order by v.model, v.dimension limit 1)
      union all
      select next.* from known, lateral (
        select v.model, v.dimension from search.vectors v
        where v.user_id = p_user and (v.model, v.dimension) > (known.model, known.dimension)
        order by v.model, v.dimension limit 1
      ) as next
    )
    select known.model, known.dimension, (
      select count(*) from (
        select from search.vectors v where (v.user_id, v.model, v.dimension) = (p_user, known.model, known.dimension) limit p_most
      ) as counted
    ) from known
  $$;

revoke execute on all functions in schema search from public, anon, authenticated;
