import { closeSync, fchmodSync, fchownSync, fstatSync, fsync, open, writeFile } from 'node:fs'
import { readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'

/** Mode and owner of a new file. */
export interface Replacement {
  /** Permission bits, such as `0o640`. */
  readonly mode: number
  /** The agent's user if omitted, or if this user cannot set it. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined
  /** Prepares the new file, an open descriptor; an error keeps the old file. */
  readonly prepare?: ((file: number) => void) | undefined
}

// Of a file that is open already. What may wait for the disk is asynchronous; a call that does not takes
// microseconds, and far more if another thread makes it.
const [openFile, writeOpenFile, sync] = [promisify(open), promisify(writeFile), promisify(fsync)]

/** Drafts that were in a folder before this process wrote there, by folder. */
const earlierDrafts = new Map<string, Promise<Set<string>>>()
let drafts = 0

/**
 * Replaces a file by a rename, after its text is on disk: a reader sees the old
 * text or the new one, also after a crash or with a full disk. A failure leaves
 * the old file, and no draft. A link at `path` is replaced, and not followed.
 *
 * @throws Error of the file system; the old file is unchanged
 *
 * @example
 * ```ts
 * import { mkdtemp, readFile, rm } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { replaceFile } from 'haproxy-reloader/files'
 *
 * const folder = await mkdtemp(join(tmpdir(), 'files-'))
 * const path = join(folder, 'hosts.map')
 * await replaceFile(path, 'shop.example.org web\n', { mode: 0o640 })
 * await readFile(path, 'utf8') // => 'shop.example.org web\n'
 * await rm(folder, { recursive: true })
 * ```
 */
export async function replaceFile(
  path: string,
  text: string,
  replacement: Replacement,
): Promise<void> {
  await removeEarlierDrafts(path)
  const draft = `${path}.draft-${process.pid}-${++drafts}`
  try {
    await writeDraft(draft, text, replacement)
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {})
    throw error
  }
  await syncFolder(dirname(path))
}

/** Writes a new file. `writeFile` continues after a partial write, as on an almost full disk. */
async function writeDraft(draft: string, text: string, replacement: Replacement): Promise<void> {
  // `wx` follows no link that another user has put there.
  const file = await openFile(draft, 'wx', 0o600)
  try {
    await writeOpenFile(file, text)
    setOwnership(file, replacement)
    await sync(file)
  } finally {
    closeSync(file)
  }
}

function setOwnership(file: number, { mode, owner, prepare }: Replacement): void {
  const made = fstatSync(file)
  if (owner && (made.uid !== owner.uid || made.gid !== owner.gid))
    try {
      fchownSync(file, owner.uid, owner.gid)
    } catch (error) {
      ignoreForeignOwner(error as NodeJS.ErrnoException)
    }
  prepare?.(file)
  // After the owner, whose change clears bits of the mode.
  if ((fstatSync(file).mode & 0o7777) !== mode) fchmodSync(file, mode)
}

/** Writes a rename to the disk. Some file systems cannot, and the rename is done in any case. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await openFile(folder, 'r').catch(() => undefined)
  if (handle === undefined) return
  await sync(handle).catch(() => {})
  closeSync(handle)
}

/** Removes the drafts of a file that killed processes left. */
async function removeEarlierDrafts(path: string): Promise<void> {
  const [folder, start] = [dirname(path), `${basename(path)}.draft-`]
  const listed = earlierDrafts.get(folder) ?? listDrafts(folder)
  earlierDrafts.set(folder, listed)
  const left = await listed
  for (const name of [...left].filter(each => each.startsWith(start))) {
    left.delete(name)
    const [, pid] = /^(\d+)-\d+$/.exec(name.slice(start.length)) ?? []
    if (pid === undefined || isOtherProcess(Number(pid))) continue
    await rm(join(folder, name), { force: true }).catch(() => {})
  }
}

async function listDrafts(folder: string): Promise<Set<string>> {
  const names = await readdir(folder).catch(() => [])
  return new Set(names.filter(name => /\.draft-\d+-\d+$/.test(name)))
}

function isOtherProcess(pid: number): boolean {
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** A user other than root cannot give a file away; the file then belongs to that user. */
function ignoreForeignOwner(error: NodeJS.ErrnoException): void {
  if (process.getuid?.() === 0 || (error.code !== 'EPERM' && error.code !== 'EINVAL')) throw error
}
