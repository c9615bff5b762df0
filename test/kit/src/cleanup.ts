import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The part of a tap test that cleanup needs. */
export interface Tidy {
  teardown(tidyUp: () => unknown): void
}

/** Creates a folder for one test, with a path short enough for Unix sockets. */
export function temporaryFolder(t: Tidy): string {
  const folder = mkdtempSync(join(tmpdir(), 'shp-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Ends a process that this test started, and waits until it has exited. */
export function endProcess(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise(resolve => {
    child.once('exit', () => resolve())
    child.kill(signal)
  })
}
