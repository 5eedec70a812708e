import type { Line, Screen } from './captions-lines.ts';

/** Seconds between two screens that follow each other without a break. */
const TOUCHING_SECONDS = 0.1;
/** Seconds that nobody can read in: what is shown so shortly only holds the lines still while they roll. */
const FLASH_SECONDS = 0.05;
/** Rolling captions keep no more lines than this on the screen; CEA-608 has four. */
const MOST_LINES_KEPT = 8;

/**
 * Whether captions roll: each screen shows again the lines before its own, or the last line grows word by word. One
 * such place may be chance, since people repeat themselves.
 */
export function rolls(screens: Screen[]): boolean {
  let following = 0;
  let rolling = 0;
  for (const [index, screen] of screens.entries()) {
    const before = screens[index - 1];
    if (!before || !follows(before, screen)) continue;
    following++;
    const { count, grown } = keptLines(before.lines, screen.lines);
    if (count > 0 && (grown || screen.lines.length > count || screen.end - screen.start <= FLASH_SECONDS)) rolling++;
  }
  return rolling >= 2 && rolling >= following / 4;
}

/** Drops what was already on the screen; the screen that first showed it lasts longer instead. */
export function withoutRepeats(screens: Screen[]): Screen[] {
  const kept: Screen[] = [];
  for (const [index, screen] of screens.entries()) {
    const before = screens[index - 1];
    const last = kept.at(-1);
    const { count, grown } = before && last && follows(before, screen) ? keptLines(before.lines, screen.lines) : NONE;
    if (last && grown) grow(last, screen, count - 1);
    else if (last && count > 0) last.end = Math.max(last.end, screen.lines.length > count ? screen.start : screen.end);
    const lines = screen.lines.slice(count);
    if (lines.length > 0) kept.push({ ...screen, lines });
  }
  return kept;
}

const NONE = { count: 0, grown: false };

function follows(before: Screen, screen: Screen): boolean {
  return screen.start <= before.end + TOUCHING_SECONDS;
}

/** How many lines at the end of one screen are those at the beginning of the next, where the last of them may have grown. */
function keptLines(before: Line[], lines: Line[]): { count: number; grown: boolean } {
  for (let count = Math.min(before.length, lines.length, MOST_LINES_KEPT); count > 0; count--) {
    const earlier = before.slice(-count);
    if (!earlier.slice(0, -1).every((line, index) => line.text === lines[index]?.text)) continue;
    const [line, now] = [earlier.at(-1)?.text, lines[count - 1]?.text];
    if (now === line) return { count, grown: false };
    if (now?.startsWith(`${line} `)) return { count, grown: true };
  }
  return NONE;
}

/** The words that are new were said when they came on the screen. */
function grow(last: Screen, screen: Screen, index: number): void {
  const line = last.lines.at(-1);
  const now = screen.lines[index];
  if (!line || !now) return;
  const moment = { offset: line.text.length + 1, seconds: screen.start };
  const later = now.moments.filter(({ offset }) => offset > moment.offset);
  const moments = [...line.moments, moment, ...later];
  last.lines.splice(-1, 1, { ...line, text: now.text, moments });
  last.end = Math.max(last.end, screen.end);
}
