import { CATEGORY_COLORS, type Category } from '@destila/contracts';
import { isSameName } from './same-name.ts';

/** Characters of an option's name, options of a request. https://developers.notion.com/reference/request-limits */
const MAX_OPTION = 100;
const MAX_OPTIONS = 100;

type Color = Category['color'];

/** Notion has no teal. */
const NOTION_COLORS = {
  gray: 'gray',
  red: 'red',
  orange: 'orange',
  yellow: 'yellow',
  green: 'green',
  teal: 'green',
  blue: 'blue',
  purple: 'purple',
  pink: 'pink',
} as const satisfies Record<Color, string>;

interface Option {
  id: string;
  name: string;
}

/** An option as a page names it: one that exists by its id, a new one by its name. */
type OptionValue = { id: string } | { name: string; color?: (typeof NOTION_COLORS)[Color] };

/** Options of these names, each once; those that come to nothing are left out. */
export function optionValues(existing: readonly Option[], names: readonly string[]): OptionValue[] {
  const wanted = names.map(optionName).filter((name) => name !== '');
  const unique = wanted.filter((name, place) => wanted.findIndex((earlier) => isSameName(earlier, name)) === place);
  return unique.slice(0, MAX_OPTIONS).map((name) => optionValue(existing, name));
}

/** The option of a category; a new one gets the category's colour. Notion refuses another one for an option that exists. */
export function categoryOption(
  existing: readonly Option[],
  category: Pick<Category, 'name' | 'color'> | null,
): OptionValue | null {
  const [value] = category ? optionValues(existing, [category.name]) : [];
  return category && value && 'name' in value ? { ...value, color: NOTION_COLORS[category.color] } : (value ?? null);
}

/** The nearest of the colours that categories have. */
export function categoryColor(notionColor: string): Color {
  const near = notionColor === 'brown' ? 'orange' : notionColor;
  return CATEGORY_COLORS.find((color) => color === near) ?? 'gray';
}

function optionValue(existing: readonly Option[], name: string): OptionValue {
  const same = existing.find((option) => isSameName(option.name, name));
  return same ? { id: same.id } : { name };
}

/** Notion takes no comma in the name of an option. */
function optionName(name: string): string {
  const words = name.toWellFormed().replaceAll(',', ' ').replaceAll(/\s+/g, ' ').trim();
  return words.slice(0, MAX_OPTION).trim().toWellFormed();
}
