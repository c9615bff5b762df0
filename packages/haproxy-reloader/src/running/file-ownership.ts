import { chmodSync, chownSync, fchownSync, statSync } from 'node:fs'
import { ReloadError } from '../reload-error.js'
import { found } from './file-place.js'

/** Mode, owner and group that a file shall have. What is undefined stays as it is found. */
export interface FileOwnership {
  readonly mode?: number | undefined
  readonly uid?: number | undefined
  readonly gid?: number | undefined
}

/**
 * Gives a file to its owner and group: an open descriptor, or a path.
 *
 * @throws ReloadError `file` if this user may not
 */
export function giveFile(file: number | string, { uid, gid }: FileOwnership): void {
  if (uid === undefined && gid === undefined) return
  try {
    // -1 leaves the value as it is.
    if (typeof file === 'number') fchownSync(file, uid ?? -1, gid ?? -1)
    else chownSync(file, uid ?? -1, gid ?? -1)
  } catch (cause) {
    const owner = uid === undefined ? [] : [`user ${uid}`]
    const group = gid === undefined ? [] : [`group ${gid}`]
    const expected = [...owner, ...group].join(' and ')
    const message =
      `Cannot give the configuration file to ${expected}: ${(cause as Error).message}; ` +
      `expected root, or ${describeUser()} to be that user and in that group: ` +
      'add it to the group, or leave the owner out of the settings'
    throw new ReloadError('file', message, { cause })
  }
}

/** Corrects mode, owner and group of a file that is there, where they differ. */
export function correctOwnership(path: string, wanted: FileOwnership): void {
  const { mode, uid, gid } = wanted
  if (mode === undefined && uid === undefined && gid === undefined) return
  const present = found(() => statSync(path))
  if (!present) return
  const isGiven = (uid ?? present.uid) === present.uid && (gid ?? present.gid) === present.gid
  if (!isGiven) giveFile(path, wanted)
  if (mode !== undefined && mode !== (present.mode & 0o7777)) chmodSync(path, mode)
}

function describeUser(): string {
  return `user ${process.getuid?.() ?? 'of the agent'}`
}
