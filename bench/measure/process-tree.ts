import { readdir, readFile } from 'node:fs/promises';

/** What a process and all it started take together. */
export interface TreeUsage {
  /** Resident bytes; what processes share is counted for each of them. */
  rss: number;
  /** The most that its processes have had resident, each at its own time; bytes. */
  peak: number;
  /** Milliseconds of processor time since each was started. */
  cpu: number;
}

/** Linux's tick, for every program, is a hundredth of a second: proc(5), sysconf(3). */
const TICK = 10;

/** Reads Linux's /proc. */
export async function usageOfTree(pid: number): Promise<TreeUsage> {
  return usageOfAll(descendants(pid, await parents()));
}

/** Of the programs that a process has started, without itself. */
export async function usageOfPrograms(pid: number): Promise<TreeUsage> {
  return usageOfAll(descendants(pid, await parents()).slice(1));
}

async function usageOfAll(pids: number[]): Promise<TreeUsage> {
  const usages = await Promise.all(pids.map(usageOf));
  const none = { rss: 0, peak: 0, cpu: 0 };
  return usages.reduce((a, b) => ({ rss: a.rss + b.rss, peak: a.peak + b.peak, cpu: a.cpu + b.cpu }), none);
}

async function parents(): Promise<Map<number, number>> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const entries = await Promise.all(pids.map(async (pid) => [pid, Number((await stat(pid))[1] ?? 0)] as const));
  return new Map(entries);
}

function descendants(pid: number, parentOf: ReadonlyMap<number, number>): number[] {
  const children = [...parentOf].filter(([, parent]) => parent === pid).map(([child]) => child);
  return [pid, ...children.flatMap((child) => descendants(child, parentOf))];
}

async function usageOf(pid: number): Promise<TreeUsage> {
  const [fields, status] = await Promise.all([stat(pid), read(`/proc/${pid}/status`)]);
  const bytes = (name: string) => Number(status.match(new RegExp(`${name}:\\s+(\\d+) kB`))?.[1] ?? 0) * 1024;
  const [user = 0, system = 0, childrensUser = 0, childrensSystem = 0] = fields.slice(11, 15).map(Number);
  return {
    rss: bytes('VmRSS'),
    peak: bytes('VmHWM'),
    cpu: (user + system + childrensUser + childrensSystem) * TICK,
  };
}

/** The fields of /proc/<pid>/stat from the third on: the second, the program's name, may hold spaces. */
async function stat(pid: number): Promise<string[]> {
  return (await read(`/proc/${pid}/stat`)).replace(/^.*\) /, '').split(' ');
}

/** Empty for a process that has ended meanwhile. */
function read(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
