import { access, constants } from 'node:fs/promises'
import { delimiter, join, resolve } from 'node:path'
import type { CheckOptions } from './check-options.js'
import { readRunningHaproxy, type RunningHaproxy } from './running-haproxy.js'
import { parseStartArguments, placeOfFile } from './start-arguments.js'

/** A call of `haproxy -c`, but for the file with the text. */
export interface CheckCall {
  readonly binary: string
  /** Arguments before and after `-f` and the text's file. */
  readonly before: readonly string[]
  readonly after: readonly string[]
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  /** Path of the file that the text stands for; undefined if there is none. */
  readonly path: string | undefined
  readonly running: RunningHaproxy | undefined
}

/** Decides how HAProxy is called: by the options, or else as the running HAProxy was started. */
export async function planCheck(options: CheckOptions): Promise<CheckCall> {
  const { configFile } = options
  const running = await runningThatLoads(options)
  const startsIn = resolve(options.cwd ?? running?.cwd ?? '')
  const args = parseStartArguments(options.args ?? running?.args ?? [])
  // The working folder of a process is the one that it changed to.
  const isFound = options.args === undefined && options.cwd === undefined && running?.cwd
  const cwd = args.folder === undefined || isFound ? startsIn : resolve(startsIn, args.folder)
  const own =
    configFile === undefined
      ? { before: args.files, path: undefined, after: [] }
      : await placeOfFile(args.files, configFile, cwd)
  return {
    binary: await findProgram(options.binary ?? running?.binary ?? 'haproxy'),
    before: [...args.options, ...asFiles(own.before)],
    after: asFiles(own.after),
    cwd,
    env: { ...(running?.env ?? process.env), ...options.env },
    path: own.path ?? configFile,
    running,
  }
}

function asFiles(files: readonly string[]): string[] {
  return files.flatMap(file => ['-f', file])
}

/** Returns the running HAProxy; only the reason if it does not load the file. */
async function runningThatLoads({
  running,
  configFile,
}: CheckOptions): Promise<RunningHaproxy | undefined> {
  if (typeof running !== 'number') return running
  const found = await readRunningHaproxy(running)
  if (found.args === undefined || configFile === undefined) return found
  const { files, folder } = parseStartArguments(found.args)
  const { path } = await placeOfFile(files, configFile, found.cwd ?? folder ?? '/')
  if (path !== undefined) return found
  const problem = `process ${running} does not load ${configFile}: expected it among the files of -f, got ${files.join(', ') || 'none'}`
  return { problem }
}

/** Searches this process's PATH: that of the call's environment may be another. */
async function findProgram(name: string): Promise<string> {
  if (name.includes('/')) return name
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, name)
    if (
      await access(path, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return path
  }
  return name
}
