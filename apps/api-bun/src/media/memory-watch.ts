import { readFile } from 'node:fs/promises';

/** Milliseconds between two looks: what a program takes in that time is what it can take beyond its limit. */
const INTERVAL = 500;

/** Calls `onOver` once a process and its descendants hold more than `limit` bytes together. Only Linux tells. */
export function watchMemory(pid: number, limit: number, onOver: () => void): Disposable {
  if (process.platform !== 'linux' || limit === Number.POSITIVE_INFINITY) return { [Symbol.dispose]() {} };
  let looking = false;
  const timer = setInterval(async () => {
    if (looking) return;
    looking = true;
    if ((await residentBytes(pid)) > limit) onOver();
    looking = false;
  }, INTERVAL);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** proc(5) */
async function residentBytes(pid: number): Promise<number> {
  const [status, children] = await Promise.all([
    read(`/proc/${pid}/status`),
    read(`/proc/${pid}/task/${pid}/children`),
  ]);
  const own = Number(status.match(/VmRSS:\s+(\d+) kB/)?.[1] ?? 0) * 1024;
  const others = await Promise.all(children.split(' ').filter(Boolean).map(Number).map(residentBytes));
  return others.reduce((sum, bytes) => sum + bytes, own);
}

/** Empty for a process that has ended meanwhile. */
function read(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
