-- A save is wanted from the click until it is finished or fails for good. Whoever works on it holds a claim, fenced by its token
-- as a stage's is; what nobody holds is taken up again by any process.

alter table public.publications rename column publishing_until to lease_expires_at;

alter table public.publications
  add column wanted boolean not null default false,
  -- What becomes of changes that somebody made to the page; null: the person is asked.
  add column on_conflict text check (on_conflict in ('overwrite', 'append')),
  -- What the destination needs to know of its page, in its own words.
  add column state jsonb,
  add column claim_token bigint not null default 0 check (claim_token >= 0),
  -- Claims since a save was last finished: after the first, something may be at the destination that nobody could write down.
  add column tries int not null default 0 check (tries >= 0),
  -- Failed tries of the present save, leases that ran out among them.
  add column attempts int not null default 0 check (attempts >= 0),
  -- Since when a rate limit has been putting the save off.
  add column snoozed_since timestamptz,
  add column run_at timestamptz not null default clock_timestamp(),
  -- Why the last try failed.
  add column error_code text;

-- Those under way while the schema changes, and those that were cut off.
update public.publications set wanted = lease_expires_at is not null, tries = 1
  where lease_expires_at is not null or published_at is null;

alter table public.publications
  add constraint only_wanted_ones_are_held check (wanted or lease_expires_at is null);

create index publications_wanted on public.publications (run_at) where wanted;
