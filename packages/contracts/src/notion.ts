import { z } from 'zod';

/** What of a note a property of a Notion database can hold, with the types that can, the one that is added for it first. */
export const NOTION_FIELDS = {
  url: ['url', 'rich_text'],
  category: ['select', 'relation'],
  tags: ['multi_select'],
  channel: ['rich_text', 'select'],
  duration: ['number', 'rich_text'],
  published: ['date'],
  saved: ['date'],
} as const satisfies Record<string, readonly string[]>;

export type NotionField = keyof typeof NOTION_FIELDS;
export const NOTION_FIELD_NAMES = ['url', 'category', 'tags', 'channel', 'duration', 'published', 'saved'] as const;

const propertyId = z.string().min(1).max(200);

/** Which property holds what, by id, so that a new name changes nothing; null: none does. The title is always the title. */
export const notionMappingSchema = z.object({
  url: propertyId.nullable(),
  category: propertyId.nullable(),
  tags: propertyId.nullable(),
  channel: propertyId.nullable(),
  duration: propertyId.nullable(),
  published: propertyId.nullable(),
  saved: propertyId.nullable(),
  /** The video's picture is the page's cover. */
  cover: z.boolean(),
});
export type NotionMapping = z.infer<typeof notionMappingSchema>;

/** A data source, which is what Notion's people call a database unless it holds several. */
export const notionDatabaseSchema = z.object({
  id: z.string(),
  title: z.string(),
  url: z.string(),
});
export type NotionDatabase = z.infer<typeof notionDatabaseSchema>;

export const notionDatabasesSchema = z.object({ databases: z.array(notionDatabaseSchema) });

export const notionPropertySchema = z.object({ id: z.string(), name: z.string(), type: z.string() });
export type NotionProperty = z.infer<typeof notionPropertySchema>;

export const notionDatabaseDetailSchema = notionDatabaseSchema.extend({
  properties: z.array(notionPropertySchema),
  /** The person's for the database that is in use; else what fits by type and name. */
  mapping: notionMappingSchema,
});
export type NotionDatabaseDetail = z.infer<typeof notionDatabaseDetailSchema>;

export const notionConnectionSchema = z.object({
  /** Whose token it is; null: notes do not go to Notion. */
  token: z.enum(['own', 'installation']).nullable(),
  /** Whether the installation has a connection that serves the person, which holds once they have none of their own. */
  has_installation: z.boolean(),
  /** When the person entered it, ISO 8601. The token itself is never told. */
  token_since: z.string().nullable(),
  /** Whether tokens can be kept: the installation has a secret to encrypt them with. */
  keeps_tokens: z.boolean(),
  /** Where notes go; null until the person chooses. Its title is empty where only its id is configured. */
  database: notionDatabaseSchema.nullable(),
});
export type NotionConnection = z.infer<typeof notionConnectionSchema>;

/** It goes into a header (RFC 9110, §5.5). */
export const notionTokenRequestSchema = z.object({
  token: z
    .string()
    .trim()
    .regex(/^[!-~]{1,1000}$/),
});

export const notionUseRequestSchema = z.object({
  database_id: z.string().trim().min(1).max(100),
  mapping: notionMappingSchema,
  /** Names of properties that the database lacks and gets, for what they are to hold. */
  add: z.partialRecord(z.enum(NOTION_FIELD_NAMES), z.string().trim().min(1).max(100)).default({}),
});
export type NotionUseRequest = z.infer<typeof notionUseRequestSchema>;

/** How many categories were made of Notion's; those of a name that exists are left as they are. */
export const notionCategoriesSchema = z.object({ added: z.number().int().nonnegative() });
