import type { Segment } from '@destila/contracts';
import { depthFor, depthOfPart } from './depth.ts';
import type { ConfiguredModel } from './language-model.ts';
import { countParts } from './parts.ts';
import { countReductions } from './reduce.ts';
import type { TokenUsage } from './summary.ts';
import { estimateTokens, lineOf, tokensOfPart } from './tokens.ts';

export type SummaryEstimate = TokenUsage;

/** Tokens of the instructions and the schema, and of what is said just before a part. */
const INSTRUCTIONS = 1_100;
const OVERLAP = 120;
/** Tokens of a point with its citation, and of the same in the notes on a part; and of the rest of an answer. */
const POINT = 70;
const NOTED_POINT = 40;
const REST_OF_ANSWER = 350;
/** Of the points that a chapter may have. */
const USUAL_SHARE = 2 / 3;

/** What summarising a transcript will take when nothing has to be mended. Pure and quick: nothing is asked. */
export function estimateSummary(segments: Segment[], model: Pick<ConfiguredModel, 'characterBudget'>): SummaryEstimate {
  const budget = tokensOfPart(model);
  const parts = countParts(segments, budget);
  const whole = depthFor(segments);
  const depth = parts === 1 ? whole : depthOfPart(whole, 1 / parts);
  const points = depth.chapters * depth.points * USUAL_SHARE + depth.keyPoints;
  const answer = POINT * (points + depth.quotes) + REST_OF_ANSWER;
  const notes = NOTED_POINT * points + REST_OF_ANSWER / 2;
  const reduced = POINT * whole.keyPoints + REST_OF_ANSWER;
  const reductions = countReductions(new Array<number>(parts).fill(notes), budget, reduced);
  const transcript = segments.reduce((sum, segment) => sum + estimateTokens(lineOf(segment)) + 1, 0);
  const input = transcript + parts * INSTRUCTIONS + (parts - 1) * OVERLAP;
  return {
    calls: parts + reductions,
    input_tokens: Math.ceil(input + (reductions > 0 ? parts * notes : 0) + reductions * INSTRUCTIONS),
    output_tokens: Math.ceil(parts * answer + reductions * reduced),
  };
}
