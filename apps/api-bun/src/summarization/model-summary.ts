import { parsePartialJson } from 'ai';
import {
  byLine,
  type Cited,
  type CitedChapter,
  citedLines,
  clockOf,
  coverageOf,
  type Dropped,
  distinct,
  type Grounded,
  ground,
  type Notes,
  pointsOf,
  uncitedStretches,
} from './citations.ts';
import { type Depth, depthFor, depthOfPart, secondsOf } from './depth.ts';
import { extractNotes, summaryOf } from './extractive.ts';
import { inParallel } from './in-parallel.ts';
import { languageOf } from './language.ts';
import type { ConfiguredModel } from './language-model.ts';
import { modelAnswerSchema, unfinishedAnswerSchema } from './model-answer.ts';
import { type KeptParts, ModelCalls, type Outcome } from './model-calls.ts';
import { halve, type Part, planParts } from './parts.ts';
import { type PartPlace, partInstructions, partQuestion, tagHint, type Wishes } from './prompts.ts';
import { judge } from './read-reply.ts';
import { type Digest, digestOf, evenly, reduce } from './reduce.ts';
import type { Gap, Shortfall, Source, Summary, TokenUsage } from './summary.ts';
import { normaliseTags } from './tags.ts';
import { tokensOfPart } from './tokens.ts';

export interface ModelRequest extends Wishes {
  source: Source;
  parts: KeptParts;
  signal: AbortSignal;
  /** Called with 0, after every part, and whenever a model has said something more. */
  onProgress(done: number, total: number): void;
  /** Called with as much of the summary as there is; as often as there is more. */
  onDraft: ((summary: () => Promise<Summary>) => void) | undefined;
}

export interface ModelLimits {
  /** Calls at a time. */
  parallel: number;
  /** Tokens of all calls together; 0 for no limit. */
  tokenBudget: number;
}

export interface ModelSummary {
  summary: Summary;
  /** ISO 639-1: what it is written in. */
  language: string;
  coverage: number | null;
  gaps: Gap[];
  dropped: Dropped;
  usage: TokenUsage;
  /** The model gave nothing usable at all: every word is the video's own. */
  isExtract: boolean;
}

/** How often a part is halved that a model cannot make anything of, and one that is too long for it. */
const MOST_HALVINGS = { unusable: 1, 'too long': 6 };
/** Lines: less is not worth halving. */
const SMALLEST_HALVED = 4;

/**
 * A summary written by a model. A transcript too long for one call is summarised in parts, a few at a time, and what they
 * have in common is written from the notes on them. A part of which the model makes nothing usable is taken in halves, and
 * what is then still unusable is given by its own sentences: nothing is left out in silence.
 * @throws {DestilaError} what `askModel` throws; what is finished by then is kept in `parts`
 */
export async function summarizeWithModel(
  model: ConfiguredModel,
  request: ModelRequest,
  limits: ModelLimits,
): Promise<ModelSummary> {
  const { source, parts, signal } = request;
  const calls = await ModelCalls.open({
    model: await model.load(),
    modelName: model.name,
    parts,
    tokenBudget: limits.tokenBudget,
    signal,
  });
  const budget = tokensOfPart(model);
  const plan = planParts(source, budget);
  const work = new PartWork(request, calls, plan.length);
  const pieces = (await inParallel(plan, limits.parallel, (part, n) => work.summarize(part, n))).flat();
  if (pieces.every(({ gap }) => gap)) return extractOfAll(request, pieces, calls.usage);

  const depth = depthFor(source.segments);
  const dropped = sumOf(pieces.map((piece) => piece.dropped));
  const whole = await reduce(
    pieces.map(({ notes }) => digestOf(notes)),
    {
      calls,
      segments: source.segments,
      title: source.title,
      wishes: request,
      depth,
      budget,
      parallel: limits.parallel,
      onDropped: (citations) => {
        dropped.citations += citations;
      },
      onText: work.tellProgress,
    },
  );
  work.finish();
  const summary = assemble(request, pieces, whole, depth);
  const shown = [...whole.key_points, ...pieces.flatMap(({ notes }) => notes.chapters.flatMap(({ points }) => points))];
  return {
    summary,
    language: writtenLanguage(request, summary),
    coverage: coverageOf(source.segments, shown),
    gaps: gapsOf(pieces, source, shown),
    dropped,
    usage: calls.usage,
    isExtract: false,
  };
}

/** What came of a part, or of a piece of one. */
interface Piece {
  part: Part;
  notes: Notes;
  dropped: Dropped;
  /** Why it is not the model's. */
  gap: Shortfall | null;
}

/** Summarises the parts of one transcript, and says how it gets on. */
class PartWork {
  readonly #finished: Array<Piece[] | undefined> = [];
  #done = 0;

  constructor(
    private readonly request: ModelRequest,
    private readonly calls: ModelCalls,
    private readonly count: number,
  ) {
    this.tellProgress();
  }

  /** Several parts have one more step: what they have in common. */
  readonly tellProgress = (): void => this.request.onProgress(this.#done, this.count > 1 ? this.count + 1 : 1);

  finish(): void {
    this.#done = this.count > 1 ? this.count + 1 : 1;
    this.tellProgress();
  }

  async summarize(part: Part, n: number): Promise<Piece[]> {
    const pieces = await this.#attempt(part, { number: n + 1, of: this.count }, 0);
    this.#finished[n] = pieces;
    this.#done++;
    this.tellProgress();
    if (this.count > 1) this.#showFinished();
    return pieces;
  }

  async #attempt(part: Part, place: PartPlace, halvings: number): Promise<Piece[]> {
    const { outcome, grounded } = await this.#ask(part, place);
    if ('answer' in outcome && grounded) return [{ part, ...grounded, gap: null }];
    const failure = 'failure' in outcome ? outcome.failure : 'unusable';
    const isSmall = part.lines.length < SMALLEST_HALVED;
    if (failure === 'budget' || isSmall || halvings >= MOST_HALVINGS[failure]) {
      return [extractOf(part, this.request, failure === 'budget' ? 'budget' : 'unusable')];
    }
    const pieces: Piece[] = [];
    for (const half of halve(part)) pieces.push(...(await this.#attempt(half, place, halvings + 1)));
    return pieces;
  }

  async #ask(part: Part, place: PartPlace): Promise<{ outcome: Outcome<unknown>; grounded: Grounded | null }> {
    const { source } = this.request;
    const share = secondsOf(part.lines) / Math.max(1, secondsOf(source.segments));
    const whole = depthFor(source.segments);
    const depth = part.lines.length === source.segments.length ? whole : depthOfPart(whole, share);
    let grounded: Grounded | null = null;
    const outcome = await this.calls.ask({
      kind: 'part',
      instructions: partInstructions(this.request, depth, place),
      hint: tagHint(this.request),
      prompt: partQuestion(
        part,
        source.title,
        source.chapters.map(({ title }) => title),
      ),
      schema: modelAnswerSchema,
      judge: (answer) => {
        grounded = ground(answer, part.lines);
        return judge(answer, grounded, this.request);
      },
      onText: (text) => {
        this.tellProgress();
        if (this.count === 1) this.request.onDraft?.(() => this.#unfinished(text, part, depth));
      },
    });
    return { outcome, grounded };
  }

  async #unfinished(text: string, part: Part, depth: Depth): Promise<Summary> {
    const { value } = await parsePartialJson(text.slice(Math.max(0, text.indexOf('{'))));
    const { notes, dropped } = ground(unfinishedAnswerSchema.parse(value ?? {}), part.lines);
    return assemble(this.request, [{ part, notes, dropped, gap: null }], digestOf(notes), depth);
  }

  /** The parts from the beginning to the first that is not there yet. */
  #showFinished(): void {
    const missing = Array.from({ length: this.count }, (_, n) => this.#finished[n]).indexOf(undefined);
    const pieces = this.#finished.slice(0, missing === -1 ? undefined : missing).flatMap((some) => some ?? []);
    const nothing: Digest = { title: '', overview: [], key_points: [], tags: [], groups: [] };
    if (pieces.length === 0) return;
    this.request.onDraft?.(async () => assemble(this.request, pieces, nothing, depthFor(this.request.source.segments)));
  }
}

function extractOf(part: Part, { source, prompt, language }: ModelRequest, why: Shortfall): Piece {
  const chapters = source.chapters.filter(({ start, end }) => end > startOf(part) && start <= endOf(part));
  const notes = extractNotes({ ...source, title: null, chapters, segments: part.lines }, prompt, language);
  // A heading above nothing would look like a summary.
  const spoken = notes.chapters.filter(({ points }) => points.length > 0);
  return { part, notes: { ...notes, chapters: spoken }, dropped: { citations: 0, quotes: 0 }, gap: why };
}

/** The whole at once reads better than the extracts of its parts. */
function extractOfAll(request: ModelRequest, pieces: Piece[], usage: TokenUsage): ModelSummary {
  const { source, knownTags } = request;
  const why = pieces.some(({ gap }) => gap === 'unusable') ? 'unusable' : 'budget';
  const whole = extractOf({ lines: source.segments, before: [] }, request, why);
  const { notes } = whole;
  const summary = summaryOf(notes, source.segments);
  return {
    summary: { ...summary, title: source.title ?? notes.title, tags: normaliseTags(notes.tags, knownTags) },
    language: source.language,
    coverage: coverageOf(source.segments, pointsOf(notes)),
    gaps: gapsOf([whole], source, []),
    dropped: whole.dropped,
    usage,
    isExtract: true,
  };
}

function assemble({ source, knownTags }: ModelRequest, pieces: Piece[], whole: Digest, depth: Depth): Summary {
  const clock = clockOf(source.segments);
  const notes = pieces.map((piece) => piece.notes);
  const quotes = distinct(notes.flatMap((one) => one.quotes).sort(byLine));
  const actions = distinct(notes.flatMap((one) => one.action_items).sort(byLine));
  return {
    title: source.title ?? (whole.title || notes[0]?.title || ''),
    overview: whole.overview,
    key_points: whole.key_points.map(clock.point),
    chapters: clock.chapters(joined(notes.flatMap((one) => one.chapters))),
    tags: normaliseTags(whole.tags, knownTags),
    action_items: actions.map(clock.point),
    quotes: evenly(quotes, depth.quotes).map(clock.point),
  };
}

/** A chapter that was cut in two by a part's end is one again. */
function joined(chapters: CitedChapter[]): CitedChapter[] {
  const all: CitedChapter[] = [];
  for (const chapter of chapters) {
    const before = all.at(-1);
    if (before && before.title.toLowerCase() === chapter.title.toLowerCase())
      before.points = [...before.points, ...chapter.points];
    else all.push({ ...chapter });
  }
  return all;
}

function sumOf(all: Dropped[]): Dropped {
  const total = { citations: 0, quotes: 0 };
  for (const { citations, quotes } of all) {
    total.citations += citations;
    total.quotes += quotes;
  }
  return total;
}

/** What is not the model's, and what it passed over, with neighbours of one kind taken together. */
function gapsOf(pieces: Piece[], source: Source, shown: Cited[]): Gap[] {
  const isCited = citedLines(source.segments, shown);
  const gaps: Gap[] = [];
  for (const gap of pieces.flatMap((piece) => gapsOfPiece(piece, source, isCited))) {
    const before = gaps.at(-1);
    const isSame = before && before.end >= gap.start && before.why === gap.why && before.extracted === gap.extracted;
    if (isSame) before.end = gap.end;
    else gaps.push(gap);
  }
  return gaps;
}

function gapsOfPiece({ part, notes, gap: why }: Piece, { segments }: Source, isCited: ReadonlySet<number>): Gap[] {
  if (why === null) {
    return uncitedStretches(part.lines, isCited).map((stretch) => ({ ...stretch, why: 'skipped', extracted: false }));
  }
  const end = segments.find(({ id }) => id > (part.lines.at(-1)?.id ?? 0))?.start ?? endOf(part);
  return [{ start: startOf(part), end, why, extracted: pointsOf(notes).length > 0 }];
}

function startOf({ lines }: Part): number {
  return lines[0]?.start ?? 0;
}

function endOf({ lines }: Part): number {
  return lines.at(-1)?.end ?? 0;
}

function writtenLanguage({ language, languageIsFree }: Wishes, { overview, key_points }: Summary): string {
  const text = [...overview, ...key_points.map((point) => point.text)].join('\n');
  return languageIsFree ? languageOf(text, language) : language;
}
