import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A file that is removed on disposal. */
export interface CandidateFile extends AsyncDisposable {
  readonly path: string
}

/** Age from which a candidate of a process that is gone is removed; a check takes seconds at most. */
const staleMs = 60_000

let candidates = 0

/**
 * Writes a text to a file for a check; only its owner may read it.
 *
 * @param folder - the folder that it is meant for; a temporary one is used if it
 * cannot be written
 */
export async function writeCandidate(
  text: string,
  name: string,
  folder: string | undefined,
): Promise<CandidateFile> {
  return (
    (folder === undefined ? undefined : await writeInFolder(text, name, folder)) ??
    (await writeElsewhere(text, name))
  )
}

async function writeInFolder(
  text: string,
  name: string,
  folder: string,
): Promise<CandidateFile | undefined> {
  await removeStale(folder, name)
  // HAProxy leaves dot files out when it loads a folder.
  const path = join(folder, `.${name}.check-${process.pid}-${++candidates}`)
  try {
    await writeFile(path, text, { mode: 0o600, flag: 'wx' })
  } catch {
    return undefined
  }
  return { path, [Symbol.asyncDispose]: () => rm(path, { force: true }) }
}

async function writeElsewhere(text: string, name: string): Promise<CandidateFile> {
  const folder = await mkdtemp(join(tmpdir(), 'haproxy-config-text-'))
  const path = join(folder, name)
  await writeFile(path, text, { mode: 0o600 })
  return { path, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}

/** Removes the candidates of processes that were killed during a check. */
async function removeStale(folder: string, name: string): Promise<void> {
  const start = `.${name}.check-`
  const found = await readdir(folder).catch(() => [])
  for (const file of found.filter(each => each.startsWith(start))) {
    const [, pid] = /^(\d+)-\d+$/.exec(file.slice(start.length)) ?? []
    if (pid === undefined || isAlive(Number(pid))) continue
    const path = join(folder, file)
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }))
    // A process of another container may be alive and not visible here.
    if (Date.now() - mtimeMs > staleMs) await rm(path, { force: true }).catch(() => {})
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
