/**
 * Does work on all items, so many at a time. When one fails no other is begun, and those under way are waited for: what
 * they come to is paid for.
 * @throws the first error, once nothing runs any more
 */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  limit: number,
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results = new Map<number, Result>();
  const errors: unknown[] = [];
  let next = 0;
  const slot = async () => {
    for (let index = next++; errors.length === 0; index = next++) {
      const item = items[index];
      if (item === undefined) return;
      await work(item, index).then(
        (result) => results.set(index, result),
        (error) => errors.push(error),
      );
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, slot));
  if (errors.length > 0) throw errors[0];
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
}
