import { setTimeout as sleep } from 'node:timers/promises';
import type { Segment } from '@destila/contracts';
import { asksToReduce, goodAnswer } from '../../tests/fakes/llm-server.ts';
import { requestFor, scriptedSummarizer } from '../../tests/scripted-summarizer.ts';

export interface CallsTaken {
  parts: number;
  /** How many reductions there are, level by level. */
  reductions: number[];
  /** Milliseconds. */
  took: number;
  /** Milliseconds of processor time, the model's server included. */
  cpu: number;
  /** What it would take if the calls took their time and nothing else took any. */
  bound: number;
}

/** A summary by a model that answers every call after so many milliseconds. */
export async function timeCalls(segments: Segment[], parallel: number, answersAfter: number): Promise<CallsTaken> {
  const reductions: Array<{ begun: number; ended: number }> = [];
  let parts = 0;
  const script = async (request: Parameters<typeof goodAnswer>[0]) => {
    const begun = performance.now();
    await sleep(answersAfter);
    if (asksToReduce(request)) reductions.push({ begun, ended: performance.now() });
    else parts++;
    return goodAnswer(request);
  };
  await using scripted = scriptedSummarizer(script, { LLM_PARALLEL: parallel });
  const request = requestFor(segments, {
    source: { title: null, chapters: [], segments, language: 'es' },
    signal: AbortSignal.timeout(600_000),
  });
  const [started, used] = [performance.now(), process.cpuUsage()];
  const { facts } = await scripted.summarizer.summarize(request);
  const took = performance.now() - started;
  const { user, system } = process.cpuUsage(used);
  if (facts.extracted.length + facts.missing.length > 0) throw new Error('the model did not write all of it');
  const levels = levelsOf(reductions);
  const rounds = [parts, ...levels].map((calls) => Math.ceil(calls / parallel)).reduce((sum, calls) => sum + calls);
  return { parts, reductions: levels, took, cpu: (user + system) / 1000, bound: rounds * answersAfter };
}

/** A level begins when all calls of the one before have ended. */
function levelsOf(calls: Array<{ begun: number; ended: number }>): number[] {
  const levels: number[] = [];
  let ended = 0;
  for (const call of calls.toSorted((a, b) => a.begun - b.begun)) {
    if (call.begun >= ended) levels.push(0);
    levels.push((levels.pop() ?? 0) + 1);
    ended = Math.max(ended, call.ended);
  }
  return levels;
}
