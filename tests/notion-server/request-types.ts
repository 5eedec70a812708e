import type {
  AppendBlockChildrenParameters,
  CreateFileUploadParameters,
  CreatePageParameters,
  QueryDataSourceParameters,
  SearchParameters,
  UpdateDataSourceParameters,
  UpdatePageParameters,
} from '@notionhq/client';

// What the official client's types say of the requests that the server understands, for `generate-schemas.ts`. The client takes a
// path's id and a query's parameters in one object with the body; so do these.

export type CreatePage = CreatePageParameters;
export type UpdatePage = UpdatePageParameters;
export type AppendChildren = AppendBlockChildrenParameters;
export type QueryDataSource = QueryDataSourceParameters;
export type Search = SearchParameters;
export type UpdateDataSource = UpdateDataSourceParameters;
export type CreateFileUpload = CreateFileUploadParameters;
