import type { Config } from '../config.ts';
import type { Destination } from './destination.ts';
import { MarkdownDestination } from './markdown/markdown-destination.ts';
import { NotionDestination } from './notion/notion-destination.ts';

/** Where notes go: to Notion when it is configured, else to Markdown files in a folder. */
export function openDestination(config: Config, notesDir: string): Destination {
  const { NOTION_TOKEN: token, NOTION_DATA_SOURCE_ID: dataSourceId, NOTION_BASE_URL: baseUrl } = config;
  return token && dataSourceId
    ? new NotionDestination({ token, dataSourceId, baseUrl, transcript: config.NOTION_TRANSCRIPT })
    : new MarkdownDestination(notesDir);
}
