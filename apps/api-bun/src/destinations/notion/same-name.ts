/** Neither case nor accents make a name another one; `año` and `ano` are two words all the same. */
const names = new Intl.Collator('es', { sensitivity: 'base' });

export function isSameName(one: string, other: string): boolean {
  return names.compare(one.trim(), other.trim()) === 0;
}
