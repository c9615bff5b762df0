import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'

/** Returns the processor time of a process's threads so far, in milliseconds. */
export function processorMs(pid: number): number {
  const nanoseconds = readdirSync(`/proc/${pid}/task`).map(thread => {
    const text = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8')
    return Number(text.split(' ')[0])
  })
  return nanoseconds.reduce((sum, each) => sum + each, 0) / 1e6
}

/** Returns the processor time of the children that have ended, in milliseconds; a multiple of 10. */
export function endedChildrenMs(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[13]) + Number(fields[14])) * 10
}

/** Returns the resident memory of a process, in MiB. */
export function residentMiB(pid: number): number {
  const [, kib] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kib) / 1024
}

/** Measures the share of one processor that a process uses, in percent. */
export async function processorShare(pid: number, ms: number): Promise<number> {
  const [startedAt, before] = [performance.now(), processorMs(pid)]
  await wait(ms)
  return ((processorMs(pid) - before) / (performance.now() - startedAt)) * 100
}

/** Waits until a process uses little of a processor, and no longer than a minute. */
export async function quiet(pid: number): Promise<void> {
  const giveUpAt = performance.now() + 60_000
  while ((await processorShare(pid, 3000)) > 15 && performance.now() < giveUpAt);
}
