import type { OUTPUT_LANGUAGES } from '@destila/contracts';

type Language = (typeof OUTPUT_LANGUAGES)[number];

/** How a summary is to be laid out: one of those below, or a person's own. */
export interface Template {
  /** A name of ours, or a UUID. */
  id: string;
  name: string | Record<Language, string>;
  /** For the model, in any language. What fits the format of a summary is followed. */
  instructions: string;
  /** What the two sections are called in place of `Key points` and `Chapters`. */
  headings?: Record<Language, { keyPoints: string; chapters: string }>;
}

export const BUILT_IN_TEMPLATES: readonly Template[] = [
  {
    id: 'study-notes',
    name: { es: 'Apuntes de estudio', en: 'Study notes' },
    instructions: `Write notes that somebody can learn from. Define every term where it first comes up; give each argument with its reasons and its example; keep formulas, names, dates and numbers.
key_points: what would be asked in an exam, each as a statement that can be checked.
quotes: definitions and statements whose wording matters.`,
    headings: {
      es: { keyPoints: 'Lo que hay que saber', chapters: 'Apuntes' },
      en: { keyPoints: 'What to know', chapters: 'Notes' },
    },
  },
  {
    id: 'meeting',
    name: { es: 'Reunión', en: 'Meeting' },
    instructions: `Write the minutes of a meeting. Say who said or will do what, wherever the transcript names them.
key_points: the decisions that were taken, and the questions left open, saying which it is.
chapters: the topics, each with the arguments and what came of them.
action_items: every task that was agreed on, with who does it and by when, as far as that was said.`,
    headings: {
      es: { keyPoints: 'Decisiones', chapters: 'Temas tratados' },
      en: { keyPoints: 'Decisions', chapters: 'Topics' },
    },
  },
  {
    id: 'tutorial',
    name: { es: 'Tutorial paso a paso', en: 'Tutorial steps' },
    instructions: `Write instructions that somebody can follow without the video. Keep commands, settings, values and file names exactly.
key_points: what is needed before beginning, and the mistakes that are warned of.
chapters: the stages of the work, in order; their points are the single steps, each beginning with a verb in the imperative.`,
    headings: {
      es: { keyPoints: 'Antes de empezar', chapters: 'Pasos' },
      en: { keyPoints: 'Before you begin', chapters: 'Steps' },
    },
  },
  {
    id: 'recipe',
    name: { es: 'Receta', en: 'Recipe' },
    instructions: `Write a recipe that somebody can cook from. Give quantities, times and temperatures exactly as they are said, and none that are not.
overview: the dish, and for how many and how long it takes if that is said.
key_points: the ingredients, one a point, with their quantities.
chapters: the stages of the preparation; their points are the single steps, each beginning with a verb in the imperative.`,
    headings: {
      es: { keyPoints: 'Ingredientes', chapters: 'Preparación' },
      en: { keyPoints: 'Ingredients', chapters: 'Method' },
    },
  },
  {
    id: 'interview',
    name: { es: 'Entrevista', en: 'Interview' },
    instructions: `Say who holds which view; never ascribe to one person what another said.
overview: who speaks with whom, and about what.
chapters: the subjects; their points give the questions together with their answers.
quotes: the sentences in which a person says in their own words what they stand for.`,
    headings: {
      es: { keyPoints: 'Ideas principales', chapters: 'Conversación' },
      en: { keyPoints: 'Main ideas', chapters: 'Conversation' },
    },
  },
  {
    id: 'news',
    name: { es: 'Noticia', en: 'News' },
    instructions: `Write as a news agency does: what is most important first, soberly, without adjectives that judge.
overview: what happened, to whom, where, when and why, as far as it is said.
key_points: the facts, each with the source the speaker names for it; say of a claim or a forecast that it is one.`,
    headings: {
      es: { keyPoints: 'Los hechos', chapters: 'En detalle' },
      en: { keyPoints: 'The facts', chapters: 'In detail' },
    },
  },
];

export function builtInTemplate(id: string): Template | undefined {
  return BUILT_IN_TEMPLATES.find((template) => template.id === id);
}
