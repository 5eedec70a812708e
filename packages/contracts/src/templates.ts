import { z } from 'zod';

/** Said in place of a template's id: no template, whatever the settings say. */
export const NO_TEMPLATE = 'none';
/** Templates of one person. */
export const MOST_TEMPLATES = 50;
/** Characters. */
export const MAX_TEMPLATE_LENGTH = 8_000;

/** A way to have a summary written. */
export const templateSchema = z.object({
  id: z.string(),
  /** In both languages where it is built in. */
  name: z.union([z.string(), z.object({ es: z.string(), en: z.string() })]),
  instructions: z.string(),
  /** It can be neither changed nor removed. */
  is_built_in: z.boolean(),
});
export type SummaryTemplate = z.infer<typeof templateSchema>;
/** The built-in ones first. */
export const templatesSchema = z.object({ templates: z.array(templateSchema) });

export const templateRequestSchema = z.object({
  name: z.string().trim().min(1).max(80),
  instructions: z.string().trim().min(1).max(MAX_TEMPLATE_LENGTH),
});
export type TemplateRequest = z.infer<typeof templateRequestSchema>;
export const editTemplateRequestSchema = templateRequestSchema.partial();
export type EditTemplateRequest = z.infer<typeof editTemplateRequestSchema>;
