import { z } from 'zod';

const line = (what: string) => z.number().describe(`The id of ${what}.`);

// Every field is required: providers that are strict about schemas know no optional ones.
const point = z.object({
  text: z.string().describe('One or two full sentences.'),
  first_line: line('the transcript line in which it begins to be said'),
  last_line: line('the transcript line in which it has been said'),
});

/** What a model is asked to say of a transcript, or of a part of it. It cites lines by id, never times: those it would invent. */
export const modelAnswerSchema = z.object({
  title: z.string().describe('What the video is about, in at most 12 words.'),
  overview: z.string().describe('The whole in a few paragraphs, with an empty line between them.'),
  chapters: z.array(
    z.object({
      title: z.string().describe('A short phrase.'),
      first_line: line('the transcript line with which the chapter begins'),
      points: z.array(point).describe('What is said in it, in order.'),
    }),
  ),
  key_points: z.array(point).describe('What matters most of all, in order.'),
  tags: z.array(z.string()).describe('3 to 8 topics, lower case, one to three words each.'),
  action_items: z
    .array(point)
    .describe('What the speaker tells the viewer, or people present each other, to do; often none.'),
  quotes: z
    .array(
      z.object({
        text: z.string().describe('Word for word as in the transcript.'),
        line: line('the line it begins in'),
      }),
    )
    .describe('Sentences worth keeping as they were said; often none.'),
});
export type ModelAnswer = z.infer<typeof modelAnswerSchema>;

/** What a model is asked to say of the notes on a video's parts. */
export const reductionSchema = z.object({
  title: modelAnswerSchema.shape.title,
  overview: modelAnswerSchema.shape.overview,
  key_points: z
    .array(z.object({ text: point.shape.text, line: line('the point it is taken from') }))
    .describe('What matters most of all, in order.'),
  tags: modelAnswerSchema.shape.tags,
});
export type Reduction = z.infer<typeof reductionSchema>;

/** The items of a list that are already whole. */
function whole<Item>(item: z.ZodType<Item>) {
  return z
    .array(z.unknown())
    .catch([])
    .transform((items) =>
      items.map((one) => item.safeParse(one)).flatMap(({ success, data }) => (success ? [data] : [])),
    );
}

/** As much of an answer as can be read while it is being written. */
export const unfinishedAnswerSchema = z.object({
  title: z.string().catch(''),
  overview: z.string().catch(''),
  chapters: whole(z.object({ title: z.string(), first_line: z.number(), points: whole(point) })),
  key_points: whole(point),
  tags: z.array(z.string()).catch([]),
  action_items: whole(point),
  quotes: whole(z.object({ text: z.string(), line: z.number() })),
});
