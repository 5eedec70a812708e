/** Characters at the end of a text in which to look for circles. */
const TAIL = 2_000;
/** A text whose end says the same ten times and more, over so many characters, says nothing else any more. */
const CIRCLES = /([\s\S]{1,160}?)\1{9,}$/;
const SHORTEST_CIRCLES = 150;

/** Whether a text goes round in circles at its end, as models do that have lost their way. */
export function repeats(text: string): boolean {
  return (CIRCLES.exec(text.slice(-TAIL))?.[0].length ?? 0) >= SHORTEST_CIRCLES;
}
