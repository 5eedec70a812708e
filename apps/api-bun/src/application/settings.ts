import { type EditSettingsRequest, readModelChoice, type Settings } from '@destila/contracts';
import { asUser } from '../database/as-user.ts';
import { countIndexed } from '../database/search-chunks.ts';
import { readUserSettings, type UserSettings, writeUserSettings } from '../database/user-settings.ts';
import { checkModelAddress } from './model-settings.ts';
import { refreshIndex } from './refresh-index.ts';
import type { Services } from './services.ts';
import { checkTemplate } from './templates.ts';

/** The person's choices, and what this installation does. */
export async function readSettings(services: Services, userId: string): Promise<Settings> {
  const chosen = await asUser(services.database, userId, readUserSettings);
  const { destination } = await services.destinations.aimOf(userId);
  const summarizer = await services.models.nameFor(userId);
  const embeddings = await services.embedders.embedderFor(userId).catch(() => null);
  return {
    ...services.installation,
    destination,
    notes_dir: destination === 'markdown' ? services.destinations.notesDir : null,
    summarizer,
    embeddings: embeddings?.name ?? null,
    outside_reader: await outsideReader(services, userId),
    upload_limit: services.uploadLimit,
    ...chosen,
  };
}

async function outsideReader({ database, embedders }: Services, userId: string): Promise<Settings['outside_reader']> {
  const host = await embedders.outsideFor(userId).catch(() => null);
  return host === null ? null : { host, notes: await asUser(database, userId, countIndexed) };
}

/** @throws {DestilaError} `unknown_template`, and what `checkModelAddress` says of an address */
export async function editSettings(services: Services, userId: string, edit: EditSettingsRequest): Promise<Settings> {
  if (edit.llm_base_url) checkModelAddress(services.models, edit.llm_base_url);
  await asUser(services.database, userId, async (tx) => {
    await checkTemplate(tx, userId, edit.template);
    const before = await readUserSettings(tx);
    await writeUserSettings(tx, userId, {
      index_after_save: edit.index_after_save ?? before.index_after_save,
      index_reader: edit.index_reader === undefined ? before.index_reader : edit.index_reader,
      category_required: edit.category_required ?? before.category_required,
      output_language: edit.output_language === undefined ? before.output_language : edit.output_language,
      template: edit.template === undefined ? before.template : edit.template,
      ...chosenModel(edit, before),
    });
  });
  // Who writes the summaries also reads what is indexed, where that is agreed to. A large library is not waited for.
  const isChanged = [edit.llm, edit.llm_base_url, edit.index_reader].some((change) => change !== undefined);
  if (isChanged) void refreshIndex(services, userId, { isChanged });
  return readSettings(services, userId);
}

/** An address is that of one provider: choosing another one forgets it. */
function chosenModel(edit: EditSettingsRequest, before: UserSettings): Pick<UserSettings, 'llm' | 'llm_base_url'> {
  const llm = edit.llm === undefined ? before.llm : edit.llm;
  const [provider, former] = [llm, before.llm].map((choice) => readModelChoice(choice ?? 'auto')?.provider);
  const kept = provider === former ? before.llm_base_url : null;
  const address = edit.llm_base_url === undefined ? kept : edit.llm_base_url;
  return { llm, llm_base_url: provider === undefined ? null : address };
}
