import type {
  BlockObjectResponse,
  CreateFileUploadResponse,
  DataSourceObjectResponse,
  GetSelfResponse,
  PageObjectResponse,
  SearchResponse,
} from '@notionhq/client';

// What the official client's types say of the answers, for the test of the server.

export type PageAnswer = PageObjectResponse;
export type BlockAnswer = BlockObjectResponse;
export type DataSourceAnswer = DataSourceObjectResponse;
export type SelfAnswer = GetSelfResponse;
export type SearchAnswer = SearchResponse;
export type FileUploadAnswer = CreateFileUploadResponse;
