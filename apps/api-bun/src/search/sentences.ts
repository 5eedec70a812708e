/** Of a fixed language, so that every machine cuts alike; the rules hardly differ between languages. */
const segmenter = new Intl.Segmenter('es', { granularity: 'sentence' });

/** A text that ends here ends a sentence, whatever quotes or brackets close behind it. */
export const SENTENCE_END = /[.!?…。！？][\p{Pe}\p{Pf}"'\s]*$/u;

/** Cuts text into its sentences, and those that are too long into pieces of at most `most` characters, between words where it can. */
export function sentencesOf(text: string, most: number): string[] {
  return [...segmenter.segment(text)].flatMap(({ segment }) => cut(segment, most));
}

function cut(sentence: string, most: number): string[] {
  if (sentence.length <= most) return [sentence];
  const space = sentence.lastIndexOf(' ', most - 1) + 1;
  const end = space > 0 ? space : beforeSurrogate(sentence, most);
  return [sentence.slice(0, end), ...cut(sentence.slice(end), most)];
}

/** A character outside the Basic Multilingual Plane is two units that must stay together. */
function beforeSurrogate(text: string, index: number): number {
  const unit = text.charCodeAt(index);
  return unit >= 0xdc00 && unit <= 0xdfff ? index - 1 : index;
}
