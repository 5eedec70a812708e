import type { Category } from '@destila/contracts';

export function CategoryDot({ color }: { color: Category['color'] }) {
  return (
    <span className="size-2.5 shrink-0 rounded-full" style={{ background: `var(--tag-${color})` }} aria-hidden="true" />
  );
}
