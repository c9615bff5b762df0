import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { endProcess, missingProgram, temporaryFolder, until, type Tidy } from 'real-components'
import type { FileTree } from '../../src/file-tree.js'
import { generate } from '../../src/generate/generate.js'
import type { Description } from '../../src/description/service-description.js'
import { writeTree } from '../../src/generate/write-tree.js'

const execute = promisify(execFile)

/** Why tests with a real s6 cannot run here. */
export const skip = missingProgram(
  's6-svscan',
  's6-supervise',
  's6-svwait',
  's6-notifyoncheck',
  's6-permafailon',
  's6-log',
  'execlineb',
)

/** A tree that a real s6-svscan supervises. */
export interface Supervised {
  readonly folder: string
  /** The notes of the services so far, in order. */
  notes(): string[]
  /** Command lines of every process that descends from s6-svscan, itself included. */
  processes(): string[]
  /** The output of s6-svstat for a service; empty before it is supervised. */
  state(name: string): Promise<string>
  /** Lets a service go on that waits at this gate. */
  open(gate: string): void
  /** Sends a signal to s6-svscan, waits for its end, and tells how long it took. */
  stop(signal?: 'SIGTERM' | 'SIGINT'): Promise<number>
}

/** Starts a real s6-svscan on the tree of these services. */
export function supervise(t: Tidy, services: Description): Promise<Supervised> {
  return superviseFiles(t, generate(services, { layout: 's6' }))
}

/** Starts a real s6-svscan on these files. All its processes end with the test. */
export async function superviseFiles(t: Tidy, files: FileTree): Promise<Supervised> {
  const folder = temporaryFolder(t)
  const tree = join(folder, 'tree')
  await writeTree(tree, files)
  writeFileSync(join(folder, 'notes'), '')
  // For services that are not root's.
  chmodSync(folder, 0o755)
  mkdirSync(join(folder, 'open'))
  chmodSync(join(folder, 'open'), 0o777)
  const svscan = spawn('s6-svscan', [tree], {
    stdio: 'ignore',
    env: { PATH: process.env['PATH'], FOLDER: folder },
  })
  t.teardown(async () => {
    await endProcess(svscan)
    await until('no process of the tree to be left', () => {
      const left = descendants(folder)
      for (const { pid } of left) killIfThere(pid)
      // A supervisor writes into the folder, which is removed next.
      return left.length === 0
    })
  })
  return {
    folder,
    notes: () => readFileSync(join(folder, 'notes'), 'utf8').split('\n').slice(0, -1),
    processes: () => descendants(folder).map(({ command }) => command),
    state: name =>
      execute('s6-svstat', [join(tree, name)]).then(
        ({ stdout }) => stdout,
        () => '',
      ),
    open: gate => writeFileSync(join(folder, gate), ''),
    async stop(signal = 'SIGTERM') {
      const from = performance.now()
      const ended = once(svscan, 'exit')
      svscan.kill(signal)
      await ended
      return performance.now() - from
    },
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Found by the environment that they inherited: the services are in sessions of their own. */
function descendants(folder: string): { pid: number; command: string }[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name) && wordsOf(name, 'environ').includes(`FOLDER=${folder}`))
    .map(pid => ({ pid: Number(pid), command: wordsOf(pid, 'cmdline').join(' ').trim() }))
}

function wordsOf(pid: string, file: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0')
  } catch {
    return [] // It ended in between, or belongs to another user.
  }
}

/** A shell command that notes something. */
export const note = (text: string) => `echo "${text}" >> "$FOLDER/notes"`

/** A shell service that notes its start, does `before`, waits, and does `slowly` before it stops. */
export function noting(name: string, { signal = 'TERM', before = ':', slowly = ':' } = {}): string {
  return [
    `trap 'kill -KILL "$!"; ${slowly}; ${note(`${name} stops`)}; exit 0' ${signal}`,
    note(`${name} starts`),
    before,
    'sleep 1000 &',
    'wait "$!"',
  ].join('\n')
}

export const waitForGate = (gate: string) => `until [ -e "$FOLDER/${gate}" ]; do sleep 0.01; done`

/** Number of services that are up and ready. */
export function sleeping({ processes }: Supervised): number {
  return processes().filter(command => command === 'sleep 1000').length
}

/** Returns whether a service is ready; false before it is supervised. */
export function isReady({ folder }: Supervised, name: string): Promise<boolean> {
  return execute('s6-svstat', ['-o', 'ready', join(folder, 'tree', name)]).then(
    ({ stdout }) => stdout === 'true\n',
    () => false,
  )
}

export async function nothingIsLeft({ processes }: Supervised): Promise<void> {
  await until(`nothing to be left of ${processes().join(', ')}`, () => processes().length === 0)
}
