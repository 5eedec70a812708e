-- The part of Supabase's `auth` schema and roles that a plain Postgres lacks, so that the same policies hold there.
-- Applied before the migrations where `auth.uid()` does not exist; it can be applied again at any time.

create schema if not exists auth;

create table if not exists auth.users (
  id uuid primary key default gen_random_uuid(),
  email text
);

do $$
declare
  role_name text;
begin
  foreach role_name in array array['anon', 'authenticated', 'service_role'] loop
    -- Roles belong to the whole cluster: another database may have made them, or may be making them right now.
    begin
      execute format('create role %I nologin noinherit', role_name);
    exception
      when duplicate_object or unique_violation then null;
    end;
    execute format('grant %I to current_user', role_name);
  end loop;
end $$;

-- The person a request speaks for: `sub` of the JWT claims that `database/as-user.ts` (or PostgREST) sets.
create or replace function auth.uid() returns uuid
  language sql stable
  return nullif(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub', '')::uuid;

grant usage on schema auth to anon, authenticated, service_role;
grant execute on function auth.uid() to anon, authenticated, service_role;
