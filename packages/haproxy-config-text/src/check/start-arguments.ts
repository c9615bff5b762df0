import { readdir, realpath } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'

/** The part of HAProxy's command line that decides what it loads. */
export interface StartArguments {
  /** Configuration files and folders, in order. */
  readonly files: readonly string[]
  /** The folder of `-C`, which HAProxy changes to first. */
  readonly folder: string | undefined
  /** Options that decide whether it accepts a configuration, with their values. */
  readonly options: readonly string[]
  /** The address of `-S`, without its options. */
  readonly masterSocket: string | undefined
}

/** Options with a value. `-x` and `-p` say nothing about the configuration. */
const withValue = /^-(?:[CnmNLfpxS]|cc)/
const keptWithValue = /^-[nmNL]/
/** `-W` decides about `program` sections, `-dW` about warnings; `-D` and `-db` about the process only. */
const keptFlag = /^-(?:W|d[rVWDI])/

/**
 * Parses the words behind HAProxy's name, as HAProxy 2.6 to 3.0 read them.
 *
 * @example
 * ```ts
 * import { parseStartArguments } from 'haproxy-config-text/effective'
 *
 * const { files, masterSocket } = parseStartArguments(['-Ws', '-f', 'haproxy.cfg', '-S', '/run/m.sock'])
 * files // => ['haproxy.cfg']
 * masterSocket // => '/run/m.sock'
 * ```
 */
export function parseStartArguments(args: readonly string[]): StartArguments {
  const files: string[] = []
  const options: string[] = []
  let folder: string | undefined
  let masterSocket: string | undefined
  for (let i = 0; i < args.length; i++) {
    const word = args[i] ?? ''
    if (word === '--') {
      files.push(...args.slice(i + 1))
      break
    }
    if (/^-s[ft]/.test(word)) {
      // The processes to be replaced.
      while (/^\d/.test(args[i + 1] ?? '')) i++
    } else if (withValue.test(word)) {
      const value = args[++i] ?? ''
      if (word.startsWith('-f')) files.push(value)
      else if (word.startsWith('-C')) folder = value
      else if (word.startsWith('-S')) masterSocket = value.split(',')[0]
      else if (keptWithValue.test(word)) options.push(word, value)
    } else if (keptFlag.test(word)) options.push(word)
  }
  return { files, folder, options, masterSocket }
}

/** The files of a command line, around the one that a text is meant for. */
export interface FilePlace {
  readonly before: readonly string[]
  /** The file's path as HAProxy opens it, absolute; undefined if HAProxy does not load it. */
  readonly path: string | undefined
  readonly after: readonly string[]
}

/** Finds a file among those that HAProxy loads; a folder that holds it is replaced by its files. */
export async function placeOfFile(
  files: readonly string[],
  configFile: string,
  cwd: string,
): Promise<FilePlace> {
  const target = await identity(configFile)
  const before: string[] = []
  for (const [i, file] of files.entries()) {
    const after = files.slice(i + 1)
    const path = resolve(cwd, file)
    if ((await identity(path)) === target) return { before, path, after }
    const parts = await filesOfFolder(path, basename(configFile))
    const at = (await Promise.all(parts.map(identity))).indexOf(target)
    if (at !== -1) {
      before.push(...parts.slice(0, at))
      return { before, path: parts[at], after: [...parts.slice(at + 1), ...after] }
    }
    before.push(file)
  }
  return { before, path: undefined, after: [] }
}

/** Lists what HAProxy loads of a folder, with a file that may not be there yet; nothing if it is no folder. */
async function filesOfFolder(folder: string, expected: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => undefined)
  if (!names) return []
  return loadedOf(folder, [...new Set([...names, expected])])
}

/**
 * Returns the files that HAProxy loads for one `-f`: the file, or those of the
 * folder in HAProxy's order.
 */
export async function loadedFiles(path: string): Promise<string[]> {
  const names = await readdir(path).catch(() => undefined)
  return names ? loadedOf(path, names) : [path]
}

function loadedOf(folder: string, names: readonly string[]): string[] {
  const loaded = names.filter(isLoaded).toSorted(byBytes)
  return loaded.map(name => join(folder, name))
}

/** HAProxy loads `*.cfg`, but no dot files, and looks at the first `.cfg` of a name only. */
function isLoaded(name: string): boolean {
  return !name.startsWith('.') && name.indexOf('.cfg') === name.length - 4 && name.length > 4
}

/** HAProxy sorts by bytes, in every locale. */
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

/** Returns the path without links; that of the folder and the name if there is no file. */
async function identity(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch {
    const folder = await realpath(dirname(path)).catch(() => resolve(dirname(path)))
    return join(folder, basename(path))
  }
}
