import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again and again until there is something to give. @throws {Error} after half a minute */
export async function until<T>(ask: () => Promise<T | null | undefined | false>): Promise<T> {
  const deadline = performance.now() + 30_000;
  while (performance.now() < deadline) {
    const answer = await ask();
    if (answer) return answer;
    await sleep(50);
  }
  throw new Error('what was waited for did not come');
}
