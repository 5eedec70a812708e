import { z } from 'zod';

// Every field is required: providers that are strict about schemas know no optional ones.
const point = z.object({
  text: z.string().describe('One or two full sentences.'),
  segment: z.number().describe('The id of the transcript line in which it is said.'),
});

/** What a model is asked to answer with. It cites lines by id, never times: those it would invent. */
export const modelAnswerSchema = z.object({
  title: z.string().describe('What the video is about, in at most 12 words.'),
  overview: z.string().describe('The whole in one or two paragraphs.'),
  chapters: z.array(
    z.object({
      title: z.string().describe('A short phrase.'),
      first_segment: z.number().describe('The id of the transcript line with which the chapter begins.'),
      points: z.array(point).describe('What is said in it: 2 to 5 points.'),
    }),
  ),
  key_points: z.array(point).describe('What matters most of all, in order of time.'),
  tags: z.array(z.string()).describe('3 to 8 topics, lower case, one to three words each.'),
  action_items: z.array(z.string()).describe('What the speaker tells the viewer to do; often none.'),
});
export type ModelAnswer = z.infer<typeof modelAnswerSchema>;
