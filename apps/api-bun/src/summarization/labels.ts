import { OUTPUT_LANGUAGES } from '@destila/contracts';

export interface Labels {
  keyPoints: string;
  chapters: string;
  actionItems: string;
  tags: string;
  and: string;
  untitled: string;
  part(number: number): string;
  extractive: { name: string; what: string; how: string; prompted: string };
}

type LabelLanguage = (typeof OUTPUT_LANGUAGES)[number];

const LABELS: Record<LabelLanguage, Labels> = {
  es: {
    keyPoints: 'Puntos clave',
    chapters: 'Capítulos',
    actionItems: 'Tareas',
    tags: 'Etiquetas',
    and: 'y',
    untitled: 'Vídeo sin título',
    part: (number) => `Parte ${number}`,
    extractive: {
      name: 'Extracto automático.',
      what: 'Lo que sigue son frases literales del vídeo, elegidas por su peso en el texto, sin ningún modelo de lenguaje.',
      how: 'Para tener un resumen redactado, configura un modelo en LLM y vuelve a procesar el vídeo.',
      prompted: 'Tus instrucciones solo han servido para elegir las frases.',
    },
  },
  en: {
    keyPoints: 'Key points',
    chapters: 'Chapters',
    actionItems: 'Action items',
    tags: 'Tags',
    and: 'and',
    untitled: 'Untitled video',
    part: (number) => `Part ${number}`,
    extractive: {
      name: 'Automatic extract.',
      what: "What follows are the video's own sentences, chosen by their weight in the text, without any language model.",
      how: 'For a written summary, configure a model in LLM and process the video again.',
      prompted: 'Your prompt was only used to choose the sentences.',
    },
  },
};

/** @param language ISO 639-1; what is not translated gets English. */
export function labelsIn(language: string): Labels {
  const known: LabelLanguage = OUTPUT_LANGUAGES.find((one) => one === language) ?? 'en';
  return LABELS[known];
}
