import { chmod, chown, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** Mode and owner of a file. */
export interface FileOwnership {
  readonly mode: number
  /** The agent's user if omitted, or if this user cannot set it. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined
}

/** Files whose folders were searched for drafts of processes that were killed. */
const tidied = new Set<string>()
let drafts = 0

/**
 * Replaces a file by a rename, after its text is on disk: a reader sees the old
 * text or the new one, also after a crash or with a full disk. A failure leaves
 * the old file, and no draft. A link at `path` is replaced, and not followed.
 *
 * @throws Error of the file system; the old file is unchanged
 */
export async function replaceFile(
  path: string,
  text: string,
  { mode, owner }: FileOwnership,
): Promise<void> {
  await tidyOnce(path)
  const draft = `${path}.draft-${process.pid}-${++drafts}`
  try {
    await writeDraft(draft, text)
    if (owner) await chown(draft, owner.uid, owner.gid).catch(ignoreForeignOwner)
    await chmod(draft, mode)
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {})
    throw error
  }
  await syncFolder(dirname(path))
}

/** Writes a new file. `writeFile` of a handle continues after a partial write, as on an almost full disk. */
async function writeDraft(draft: string, text: string): Promise<void> {
  // `wx` follows no link that another user has put there.
  const file = await open(draft, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Writes a rename to the disk. Some file systems cannot, and the rename is done in any case. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined)
  await handle?.sync().catch(() => {})
  await handle?.close()
}

/** Removes the drafts that killed processes left next to a file. */
async function tidyOnce(path: string): Promise<void> {
  if (tidied.has(path)) return
  const folder = dirname(path)
  const start = `${basename(path)}.draft-`
  for (const name of await readdir(folder).catch(() => [])) {
    const [, pid] = name.startsWith(start)
      ? (/^(\d+)-\d+$/.exec(name.slice(start.length)) ?? [])
      : []
    if (pid === undefined || isOtherProcess(Number(pid))) continue
    await rm(join(folder, name), { force: true }).catch(() => {})
  }
  tidied.add(path)
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
