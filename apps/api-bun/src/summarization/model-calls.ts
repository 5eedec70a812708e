import { createHash } from 'node:crypto';
import type { LanguageModel, ModelMessage } from 'ai';
import { z } from 'zod';
import { askModel, TooLong } from './ask-model.ts';
import { PROMPT_VERSION, repairRequest } from './prompts.ts';
import { type Reading, readReply } from './read-reply.ts';
import type { TokenUsage } from './summary.ts';
import { estimateTokens } from './tokens.ts';

/** Where finished answers survive a crash; as a stage's own parts. */
export interface KeptParts {
  read(): Promise<ReadonlyMap<string, unknown>>;
  keep(key: string, output: object): Promise<void>;
}

export interface StructuredQuestion<Answer> {
  /** `part` or `reduction`: for whoever looks at what is kept. */
  kind: string;
  instructions: string;
  /** Added to the instructions, but no reason to ask again when it changes. */
  hint: string;
  prompt: string;
  schema: z.ZodType<Answer>;
  /** What is wrong with an answer that fits the schema; null when nothing is. */
  judge(answer: Answer): string | null;
  onText?: (text: string) => void;
}

/** `unusable`: also after the repair. `budget`: not asked, since the job's tokens are spent. */
export type Outcome<Answer> = { answer: Answer } | { failure: 'unusable' | 'too long' | 'budget' };

/** Asks of a question: the first one, and one to mend the answer. */
const TRIES = 2;
/** Tokens that an answer may take, for the budget; what it took is known afterwards. */
const USUAL_ANSWER = 2_000;
/** Characters of an unusable answer that are kept and shown to the model again. */
const LONGEST_BAD_ANSWER = 6_000;

/** Everything that was said in reply to one question, in this process or one before it. */
const recordSchema = z.object({
  /** Answers that could not be used, and why. */
  bad: z.array(z.object({ text: z.string(), problem: z.string() })),
  /** The text of the good one. */
  good: z.string().nullable(),
  too_long: z.boolean(),
  usage: z.object({ calls: z.number(), input_tokens: z.number(), output_tokens: z.number() }),
});
type Record = z.infer<typeof recordSchema>;

/**
 * The questions of one summary. Each answer is kept as soon as it is there, also one that cannot be used, and is never
 * paid for again; what all of them cost is counted, and nothing is asked once the budget is spent.
 */
export class ModelCalls {
  readonly #kept: ReadonlyMap<string, unknown>;
  readonly #records = new Map<string, Record>();
  /** Tokens of questions under way, estimated. */
  #underWay = 0;

  private constructor(
    private readonly options: {
      model: LanguageModel;
      modelName: string;
      parts: KeptParts;
      /** Tokens of all calls together; 0 for no limit. */
      tokenBudget: number;
      signal: AbortSignal;
    },
    kept: ReadonlyMap<string, unknown>,
  ) {
    this.#kept = kept;
  }

  static async open(options: ModelCalls['options']): Promise<ModelCalls> {
    return new ModelCalls(options, await options.parts.read());
  }

  /** What all the answers cost so far, those of earlier processes included. */
  get usage(): TokenUsage {
    const total: TokenUsage = { calls: 0, input_tokens: 0, output_tokens: 0 };
    for (const { usage } of this.#records.values()) {
      total.calls += usage.calls;
      total.input_tokens += usage.input_tokens;
      total.output_tokens += usage.output_tokens;
    }
    return total;
  }

  /** @throws {DestilaError} what `askModel` throws */
  async ask<Answer>(question: StructuredQuestion<Answer>): Promise<Outcome<Answer>> {
    const key = this.#keyOf(question);
    const record = this.#recall(key);
    this.#records.set(key, record);
    while (record.good === null && !record.too_long && record.bad.length < TRIES) {
      if (!(await this.#askOnce(question, key, record))) return { failure: 'budget' };
    }
    if (record.too_long) return { failure: 'too long' };
    const reading = record.good === null ? null : read(question, { text: record.good, finish: 'stop' });
    return reading && 'answer' in reading ? reading : { failure: 'unusable' };
  }

  /** False when there are no tokens left for it. */
  async #askOnce<Answer>(question: StructuredQuestion<Answer>, key: string, record: Record): Promise<boolean> {
    const { model, signal, parts } = this.options;
    const asked = {
      instructions: question.hint === '' ? question.instructions : `${question.instructions}\n\n${question.hint}`,
      messages: conversation(question.prompt, record),
      schema: question.schema,
    };
    const estimate = estimateTokens(asked.instructions + JSON.stringify(asked.messages)) + USUAL_ANSWER;
    if (!this.#affords(estimate)) return false;
    this.#underWay += estimate;
    try {
      const reply = await askModel(model, asked, { signal, ...(question.onText && { onText: question.onText }) });
      record.usage.calls++;
      record.usage.input_tokens += reply.input_tokens;
      record.usage.output_tokens += reply.output_tokens;
      const reading = read(question, reply);
      if ('answer' in reading) record.good = reply.text;
      else record.bad.push({ text: reply.text.slice(0, LONGEST_BAD_ANSWER), problem: reading.problem });
    } catch (error) {
      if (!(error instanceof TooLong)) throw error;
      record.too_long = true;
    } finally {
      this.#underWay -= estimate;
    }
    await parts.keep(key, record);
    return true;
  }

  #affords(tokens: number): boolean {
    const { tokenBudget } = this.options;
    const { input_tokens, output_tokens } = this.usage;
    return tokenBudget === 0 || input_tokens + output_tokens + this.#underWay + tokens <= tokenBudget;
  }

  #recall(key: string): Record {
    const kept = this.#records.get(key) ?? recordSchema.safeParse(this.#kept.get(key)).data;
    return kept ?? { bad: [], good: null, too_long: false, usage: { calls: 0, input_tokens: 0, output_tokens: 0 } };
  }

  #keyOf({ kind, instructions, prompt }: StructuredQuestion<unknown>): string {
    const all = JSON.stringify([PROMPT_VERSION, this.options.modelName, instructions, prompt]);
    return `${kind} ${createHash('sha256').update(all).digest('hex')}`;
  }
}

function read<Answer>(
  { schema, judge }: StructuredQuestion<Answer>,
  reply: Parameters<typeof readReply>[0] | { text: string; finish: 'stop' },
): Reading<Answer> {
  const reading = readReply(reply, schema);
  if ('problem' in reading) return reading;
  const problem = judge(reading.answer);
  return problem === null ? reading : { problem };
}

/** The question, and what was wrong with the answers so far. */
function conversation(prompt: string, { bad }: Record): ModelMessage[] {
  return [
    { role: 'user', content: prompt },
    ...bad.flatMap(({ text, problem }): ModelMessage[] => [
      { role: 'assistant', content: text.trim() === '' ? '(nothing)' : text },
      { role: 'user', content: repairRequest(problem) },
    ]),
  ];
}
