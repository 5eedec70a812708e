import { OUTPUT_LANGUAGES } from '@destila/contracts';
import type { Shortfall } from './summary.ts';

export interface Labels {
  keyPoints: string;
  chapters: string;
  actionItems: string;
  tags: string;
  quotes: string;
  /** Opening and closing, for a quotation. */
  quotationMarks: readonly [string, string];
  and: string;
  untitled: string;
  part(number: number): string;
  extractive: { name: string; what: string; how: string; prompted: string };
  /** What is said of stretches of the video that are not summarised as asked; their times come in the middle. */
  gaps: { name: string } & Record<Shortfall | 'skipped' | 'nothing', readonly [before: string, after: string]>;
  /** There is next to nothing to summarise. */
  fewWords: string;
}

type LabelLanguage = (typeof OUTPUT_LANGUAGES)[number];

const LABELS: Record<LabelLanguage, Labels> = {
  es: {
    keyPoints: 'Puntos clave',
    chapters: 'Capítulos',
    actionItems: 'Tareas',
    tags: 'Etiquetas',
    quotes: 'Citas',
    quotationMarks: ['«', '»'],
    and: 'y',
    untitled: 'Vídeo sin título',
    part: (number) => `Parte ${number}`,
    extractive: {
      name: 'Extracto automático.',
      what: 'Lo que sigue son frases literales del vídeo, elegidas por su peso en el texto, sin ningún modelo de lenguaje.',
      how: 'Para tener un resumen redactado, elige un modelo de lenguaje en los ajustes y pide otro resumen.',
      prompted: 'Tus instrucciones solo han servido para elegir las frases.',
    },
    gaps: {
      name: 'Aviso.',
      unusable: ['El modelo no dio nada utilizable de', ': en su lugar hay frases literales del vídeo.'],
      budget: [
        'Se alcanzó el límite de tokens de LLM_TOKEN_BUDGET, y para',
        'hay frases literales del vídeo en lugar de un resumen.',
      ],
      skipped: ['El modelo pasó por alto', ': ningún punto del resumen lo cita.'],
      nothing: ['Este resumen no dice nada de', ': no se pudo resumir.'],
    },
    fewWords: 'En el vídeo apenas se dice nada. Se oye esto:',
  },
  en: {
    keyPoints: 'Key points',
    chapters: 'Chapters',
    actionItems: 'Action items',
    tags: 'Tags',
    quotes: 'Quotes',
    quotationMarks: ['“', '”'],
    and: 'and',
    untitled: 'Untitled video',
    part: (number) => `Part ${number}`,
    extractive: {
      name: 'Automatic extract.',
      what: "What follows are the video's own sentences, chosen by their weight in the text, without any language model.",
      how: 'For a written summary, choose a language model in the settings and ask for another summary.',
      prompted: 'Your prompt was only used to choose the sentences.',
    },
    gaps: {
      name: 'Notice.',
      unusable: ['The model gave nothing usable of', ": the video's own sentences stand in its place."],
      budget: [
        'The token limit of LLM_TOKEN_BUDGET was reached, and for',
        "the video's own sentences stand in place of a summary.",
      ],
      skipped: ['The model passed over', ': no point of the summary cites it.'],
      nothing: ['This summary says nothing of', ': it could not be summarised.'],
    },
    fewWords: 'Next to nothing is said in the video. This is heard:',
  },
};

export function labelsIn(language: string): Labels {
  return LABELS[languageOfLabels(language)];
}

/** @param language ISO 639-1; what is not translated gets English. */
export function languageOfLabels(language: string): LabelLanguage {
  return OUTPUT_LANGUAGES.find((one) => one === language) ?? 'en';
}
