import { readFile, readlink } from 'node:fs/promises'
import { basename, isAbsolute, resolve } from 'node:path'
import { parseStartArguments } from './start-arguments.js'

/** The way in which a running HAProxy was started; absent fields cannot be read. */
export interface RunningHaproxy {
  /** Its executable. */
  readonly binary?: string
  /** The words behind its name. */
  readonly args?: readonly string[]
  /** Its environment, without the variables that HAProxy sets itself. */
  readonly env?: Readonly<Record<string, string>>
  /** Its working folder, absolute. */
  readonly cwd?: string
  /** The reason for each absent field, in words. */
  readonly problem?: string
}

/** Variables that HAProxy sets for its own next start. Its master would take `-c` for a reload. */
const ownVariable =
  /^(?:HAPROXY_(?:STARTUP_VERSION|LOCALPEER|CFGFILES|MWORKER\w*|CLI|MASTER_CLI|PROCESSES|BRANCH|LOAD_SUCCESS|STARTUPLOGS_FD|\w+_LOG_FMT)|NOTIFY_SOCKET)=/

/**
 * Reads from `/proc` how a HAProxy was started.
 *
 * @param pid - its worker or its master
 */
export async function readRunningHaproxy(pid: number): Promise<RunningHaproxy> {
  const place = `/proc/${await masterOf(pid)}`
  const words = await read(`${place}/cmdline`)
  if (!words) return { problem: `no process ${pid} is visible here` }
  if (await isElsewhere(place)) return { problem: `process ${pid} runs in another file system` }
  const [cwd, exe, environment] = await Promise.all([
    link(`${place}/cwd`),
    link(`${place}/exe`),
    read(`${place}/environ`),
  ])
  const { name, args, isLoader } = programOf(words)
  const binary = isLoader ? absolute(name, cwd) : (exe ?? absolute(name, cwd))
  const canPlace = cwd !== undefined || isIndependent(args)
  const unread = [
    ...(canPlace ? [] : ['files']),
    ...(cwd === undefined ? ['working folder'] : []),
    ...(environment === undefined ? ['environment'] : []),
    ...(binary === undefined ? ['executable'] : []),
  ]
  return {
    ...(binary !== undefined && { binary }),
    ...(canPlace && { args }),
    ...(cwd !== undefined && { cwd }),
    ...(environment !== undefined && { env: withoutOwn(environment) }),
    ...(unread.length > 0 && {
      problem: `this user cannot read the ${unread.join(', ')} of process ${pid}`,
    }),
  }
}

/** Returns the parent of a worker, which is of the same program. The worker may be in a chroot. */
async function masterOf(pid: number): Promise<number> {
  const [name, parent] = await Promise.all([comm(pid), parentOf(pid)])
  return parent !== undefined && name !== undefined && (await comm(parent)) === name ? parent : pid
}

async function comm(pid: number): Promise<string | undefined> {
  return readFile(`/proc/${pid}/comm`, 'utf8').catch(() => undefined)
}

async function parentOf(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const parent = Number(/^PPid:\s*(\d+)$/m.exec(status)?.[1])
  return parent > 0 ? parent : undefined
}

/** Returns whether paths mean something else for that process, as in a container. */
async function isElsewhere(place: string): Promise<boolean> {
  const [mounts, ours, root] = await Promise.all([
    link(`${place}/ns/mnt`),
    link('/proc/self/ns/mnt'),
    link(`${place}/root`),
  ])
  return (mounts !== undefined && mounts !== ours) || (root !== undefined && root !== '/')
}

/** Options of the dynamic loader that have a value. */
const loaderOption =
  /^--(?:library-path|argv0|preload|audit|inhibit-rpath|glibc-hwcaps-prepend|glibc-hwcaps-mask)$/

/**
 * Returns the program of a command line and the words behind it. A dynamic
 * loader that was called by name runs the program; HAProxy starts again as the
 * `--argv0` that it was given.
 */
export function programOf(words: readonly string[]): {
  readonly name: string
  readonly args: readonly string[]
  readonly isLoader: boolean
} {
  const [first = '', ...rest] = words
  if (!/^ld-.*\.so(?:\.\d+)?$/.test(basename(first)))
    return { name: first, args: rest, isLoader: false }
  let name: string | undefined
  let at = 0
  while (rest[at]?.startsWith('--')) {
    if (rest[at] === '--argv0') name = rest[at + 1]
    at += loaderOption.test(rest[at] ?? '') ? 2 : 1
  }
  return { name: name ?? rest[at] ?? '', args: rest.slice(at + 1), isLoader: true }
}

/** Returns whether the arguments mean the same in every working folder. */
function isIndependent(args: readonly string[]): boolean {
  const { files, folder } = parseStartArguments(args)
  return folder === undefined ? files.every(isAbsolute) : isAbsolute(folder)
}

/** Returns a path that needs no search; undefined for the name of a program. */
function absolute(name: string, cwd: string | undefined): string | undefined {
  if (isAbsolute(name)) return name
  return name.includes('/') && cwd !== undefined ? resolve(cwd, name) : undefined
}

function withoutOwn(environment: readonly string[]): Record<string, string> {
  const pairs = environment.filter(pair => pair.includes('=') && !ownVariable.test(pair))
  return Object.fromEntries(
    pairs.map(pair => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  )
}

/** Reads words that each end with a zero byte; undefined if they cannot be read. */
async function read(path: string): Promise<string[] | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return text === '' ? undefined : text.replace(/\0$/, '').split('\0')
}

/** Reads a link; after an upgrade, that of an executable names the old file. */
async function link(path: string): Promise<string | undefined> {
  const target = await readlink(path).catch(() => undefined)
  return target?.replace(/ \(deleted\)$/, '')
}
