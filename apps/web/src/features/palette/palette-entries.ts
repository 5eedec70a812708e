import type { LucideIcon } from 'lucide-react';

/** Something that the palette offers: all of it is somewhere to go. */
export interface PaletteEntry {
  /** One of a kind, also while results come and go. */
  key: string;
  icon: LucideIcon;
  href: string;
  /** May hold marked words. */
  label: string;
  detail?: string;
}

export interface PaletteGroup {
  title: string;
  entries: PaletteEntry[];
}

/** Whether what was typed stands in a label, accents and capitals aside. */
export function fits(label: string, typed: string): boolean {
  return folded(label).includes(folded(typed.trim()));
}

function folded(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}
