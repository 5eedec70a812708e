import type { Category, CategoryRequest, CountedCategory } from '@destila/contracts';
import { asUser } from '../database/as-user.ts';
import * as categories from '../database/categories.ts';
import type { Services } from './services.ts';

export function listCategories({ database }: Services, userId: string): Promise<CountedCategory[]> {
  return asUser(database, userId, categories.listCategories);
}

/** @throws {DestilaError} `category_exists` */
export function addCategory({ database }: Services, userId: string, request: CategoryRequest): Promise<Category> {
  return asUser(database, userId, (tx) => categories.createCategory(tx, userId, request));
}

/** @throws {DestilaError} `not_found`, `category_exists` */
export function changeCategory(
  { database }: Services,
  userId: string,
  id: string,
  request: CategoryRequest,
): Promise<Category> {
  return asUser(database, userId, (tx) => categories.changeCategory(tx, id, request));
}

/** Its jobs stay, without a category. @throws {DestilaError} `not_found` */
export function removeCategory({ database }: Services, userId: string, id: string): Promise<void> {
  return asUser(database, userId, (tx) => categories.deleteCategory(tx, id));
}
