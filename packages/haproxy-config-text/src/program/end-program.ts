import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * Ends a program with SIGKILL, and the programs that it has started: a wrapper
 * script would otherwise leave them behind. Its output ends even if a process that
 * left its family holds the pipes open.
 */
export function endProgram(child: ChildProcess): void {
  // The process id of a program that has ended may be that of another one.
  const isRunning = child.exitCode === null && child.signalCode === null
  if (isRunning && child.pid !== undefined) {
    const below = descendants(child.pid)
    child.kill('SIGKILL')
    for (const pid of below) kill(pid)
  }
  child.stdout?.destroy()
  child.stderr?.destroy()
}

/** Lists the processes below one, as Linux has them. */
function descendants(pid: number): readonly number[] {
  const children = childrenOf(pid)
  return [...children, ...children.flatMap(descendants)]
}

function childrenOf(pid: number): readonly number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    return text.split(' ').filter(Boolean).map(Number)
  } catch {
    // It has ended, or this is another system.
    return []
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended, or belongs to another user.
  }
}
