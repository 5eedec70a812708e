import { DestilaError } from '@destila/contracts';
import {
  APIErrorCode,
  type Client,
  isFullPage,
  isHTTPResponseError,
  iteratePaginatedAPI,
  type PageObjectResponse,
} from '@notionhq/client';
import { TITLE, texts } from './page-properties.ts';

/** The id of the page that stands for a category in the data source that its relation leads to; made where there is none. */
export function findCategoryPage(notion: Client, dataSourceId: string, name: string): Promise<string> {
  return inRelated(async () => {
    const { results } = await notion.dataSources.query({
      data_source_id: dataSourceId,
      filter: { property: TITLE, title: { equals: name } },
    });
    const found = results.find((page) => isFullPage(page) && !page.in_trash);
    if (found) return found.id;
    const made = await notion.pages.create({
      parent: { data_source_id: dataSourceId },
      properties: { [TITLE]: { title: texts(name) } },
    });
    return made.id;
  });
}

/** The titles of the pages that stand for categories, so many at most. */
export function listCategoryTitles(notion: Client, dataSourceId: string, most: number): Promise<string[]> {
  return inRelated(async () => {
    const titles: string[] = [];
    const pages = iteratePaginatedAPI(notion.dataSources.query, { data_source_id: dataSourceId });
    for await (const page of pages) {
      const title = isFullPage(page) ? titleOf(page) : '';
      if (title !== '') titles.push(title);
      if (titles.length === most) break;
    }
    return titles;
  });
}

function titleOf(page: PageObjectResponse): string {
  const title = Object.values(page.properties).find((property) => property.type === 'title');
  return title?.type === 'title'
    ? title.title
        .map(({ plain_text }) => plain_text)
        .join('')
        .trim()
    : '';
}

async function inRelated<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    if (!isHTTPResponseError(error) || error.code !== APIErrorCode.ObjectNotFound) throw error;
    const detail = `the database that the category relates to: ${error.message}`;
    throw new DestilaError('notion_not_shared', { detail, cause: error });
  }
}
