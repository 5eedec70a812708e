import {
  DestilaError,
  type EditTemplateRequest,
  NO_TEMPLATE,
  type SummaryTemplate,
  type TemplateRequest,
} from '@destila/contracts';
import { asUser } from '../database/as-user.ts';
import type { Database, Queryable } from '../database/database.ts';
import * as templates from '../database/summary-templates.ts';
import { BUILT_IN_TEMPLATES, builtInTemplate, type Template } from '../summarization/templates.ts';
import type { Services } from './services.ts';

/** The built-in ones, then the person's own by name. */
export async function listTemplates({ database }: Services, userId: string): Promise<SummaryTemplate[]> {
  const own = await asUser(database, userId, templates.listTemplates);
  return [
    ...BUILT_IN_TEMPLATES.map(({ id, name, instructions }) => ({ id, name, instructions, is_built_in: true })),
    ...own.map(asOwn),
  ];
}

/** @throws {DestilaError} `template_exists`, `too_many_templates` */
export async function addTemplate(
  { database }: Services,
  userId: string,
  request: TemplateRequest,
): Promise<SummaryTemplate> {
  return asOwn(await asUser(database, userId, (tx) => templates.createTemplate(tx, userId, request)));
}

/** @throws {DestilaError} `not_found` (a built-in one, too), `template_exists` */
export async function changeTemplate(
  { database }: Services,
  userId: string,
  id: string,
  request: EditTemplateRequest,
): Promise<SummaryTemplate> {
  return asOwn(await asUser(database, userId, (tx) => templates.changeTemplate(tx, id, request)));
}

/** Summaries written by it stay as they are. @throws {DestilaError} `not_found` */
export function removeTemplate({ database }: Services, userId: string, id: string): Promise<void> {
  return asUser(database, userId, (tx) => templates.deleteTemplate(tx, id));
}

/** @throws {DestilaError} `unknown_template` when there is no such template for that person */
export async function checkTemplate(db: Queryable, userId: string, id: string | null | undefined): Promise<void> {
  if (!id || id === NO_TEMPLATE) return;
  if (!(await findTemplate(db, userId, id))) throw new DestilaError('unknown_template');
}

/** What gives the template that a job asks for; null for none, and for one that has been removed since. */
export function createTemplateFinder(database: Database) {
  return (job: { user_id: string; options: { template?: string | undefined } }): Promise<Template | null> =>
    findTemplate(database, job.user_id, job.options.template ?? NO_TEMPLATE);
}

async function findTemplate(db: Queryable, userId: string, id: string): Promise<Template | null> {
  if (id === NO_TEMPLATE) return null;
  return builtInTemplate(id) ?? (await templates.findTemplate(db, userId, id));
}

function asOwn({ id, name, instructions }: templates.TemplateRow): SummaryTemplate {
  return { id, name, instructions, is_built_in: false };
}
