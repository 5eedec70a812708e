import { DestilaError } from '@destila/contracts';
import { APIErrorCode, type Client, isFullPage, isHTTPResponseError, type PageObjectResponse } from '@notionhq/client';
import type { Note, PublishContext } from '../destination.ts';
import { type Block, leaf } from './blocks.ts';
import { completeChildren, isBeginning, isOurs, listChildren, type Present } from './page-body.ts';
import type { PageContent } from './page-content.ts';
import type { PageProperties } from './page-properties.ts';
import { changedByOthers, editOf, type State } from './page-state.ts';

/** One try's means and aims. */
export interface Try {
  notion: Client;
  note: Note;
  content: PageContent;
  digest: string;
  context: PublishContext;
}

/** A page that exists, and what is remembered of it. */
export interface Found {
  page: PageObjectResponse;
  state: State;
}

/** Brings a page that exists to what the note says now. */
export async function updatePage(attempt: Try, { page, state }: Found, properties: PageProperties) {
  const { notion, context, digest } = attempt;
  const isChanged = changedByOthers(page, state);
  if (isChanged && context.onConflict === 'ask') throw new DestilaError('page_changed', { detail: page.url });
  if (state.step === 'written' && !isChanged && state.digest === digest) {
    const updated = await notion.pages.update({ page_id: page.id, properties });
    return { page, from: state.from, edit: editOf(isFullPage(updated) ? updated : page) };
  }

  const keep = (step: State['step'], from: number) => {
    const now: State = { step, from, digest, by: state.by ?? page.created_by.id, at: null };
    return context.keep({ externalId: page.id, state: now });
  };
  const plan = await planUpdate(attempt, { page, state }, isChanged);
  if (!plan.goesOn) await keep('clearing', plan.from);
  for (const id of plan.remove) await removeBlock(notion, id);
  const erase = plan.erase && { erase_content: true };
  const updated = await notion.pages.update({ page_id: page.id, properties, ...erase });
  const from = plan.from + plan.theirs;
  if (!plan.goesOn) await keep('writing', from);
  const edit = await completeChildren(notion, page.id, textFrom(from, attempt), plan.present);
  return { page, from, edit: edit ?? editOf(isFullPage(updated) ? updated : page) };
}

interface Plan {
  /** What stands before this is a person's. */
  from: number;
  /** Behind it, what else is a person's once ours is removed. */
  theirs: number;
  /** The text has been begun, and goes on behind these. */
  goesOn: boolean;
  present: readonly Present[];
  /** Notion removes all of the page's content at once, or we remove blocks one by one. */
  erase: boolean;
  remove: readonly string[];
}

async function planUpdate(attempt: Try, { page, state }: Found, isChanged: boolean): Promise<Plan> {
  const clean = { theirs: 0, goesOn: false, present: [], remove: [] };
  const decides = isChanged && state.step === 'written';
  if (state.step === 'written' && !isChanged && state.from === 0) return { ...clean, from: 0, erase: true };

  const all = await listChildren(attempt.notion, page.id);
  if (decides && attempt.context.onConflict === 'append') return { ...clean, from: all.length, erase: false };
  const from = decides ? 0 : state.from;
  const behind = all.slice(from);
  const ours = behind.filter(isOurs);
  if (state.step === 'writing' && state.digest === attempt.digest && isBeginning(ours, textFrom(from, attempt))) {
    return { ...clean, from, goesOn: true, present: ours, erase: false };
  }
  if (ours.length === all.length) return { ...clean, from, erase: true };
  return { ...clean, from, theirs: behind.length - ours.length, erase: false, remove: ours.map(({ id }) => id) };
}

/** What an earlier call removed already is as good. */
async function removeBlock(notion: Client, id: string): Promise<void> {
  try {
    await notion.blocks.delete({ block_id: id });
  } catch (error) {
    if (!isHTTPResponseError(error) || error.code !== APIErrorCode.ObjectNotFound) throw error;
  }
}

/** Behind what a person has written, a line shows where the note begins. */
export function textFrom(from: number, { content: { head, text } }: Try): readonly Block[] {
  return from > 0 ? [leaf({ divider: {} }), ...text] : [...head, ...text];
}
