import { lstatSync, statSync, type Stats } from 'node:fs'
import { dirname } from 'node:path'

/** Bits of a mode with which group or others may write. */
const writableByOthers = 0o022
const sticky = 0o1000

/**
 * Returns the reason, with its remedy, for not using the place of a socket that
 * another user could replace; undefined if the place is safe, or is not there yet.
 *
 * @param user - the effective user of this process
 */
export function problemOfSocketPlace(
  path: string,
  user = process.geteuid?.() ?? 0,
): string | undefined {
  const folder = dirname(path)
  return problemOfFolder(folder, user) ?? problemOfSocket(path, user)
}

function problemOfFolder(folder: string, user: number): string | undefined {
  const link = present(() => lstatSync(folder))
  const found = present(() => statSync(folder))
  if (!link || !found) return undefined
  const remedy = 'or set another `stateFolder`'
  if (link.isSymbolicLink() && !isTrusted(link, user))
    return `the folder ${folder} is a link of another user: expected an owner of ${owners(user)}, got user ${link.uid}; remove the link, ${remedy}`
  if (!isTrusted(found, user))
    return `the folder ${folder} belongs to another user: expected an owner of ${owners(user)}, got user ${found.uid}; change it with \`chown ${user} ${folder}\`, ${remedy}`
  const isOpen = (found.mode & writableByOthers) !== 0 && (found.mode & sticky) === 0
  if (!isOpen) return undefined
  const mode = (found.mode & 0o7777).toString(8)
  return `other users may write to the folder ${folder}: expected mode 700, got ${mode}; remove what is not yours, then \`chmod 700 ${folder}\`, ${remedy}`
}

function problemOfSocket(path: string, user: number): string | undefined {
  const found = present(() => lstatSync(path))
  if (!found) return undefined
  if (found.isSymbolicLink())
    return `${path} is a link: expected a socket, or nothing; remove the link`
  if (found.uid === user) return undefined
  return `${path} belongs to another user: expected user ${user}, got user ${found.uid}; stop the agent of that user and remove the file`
}

function isTrusted({ uid }: Stats, user: number): boolean {
  return uid === user || uid === 0
}

function owners(user: number): string {
  return user === 0 ? 'root' : `user ${user} or root`
}

/** Returns undefined for what is not there; what cannot be looked at fails when it is used. */
function present(look: () => Stats): Stats | undefined {
  try {
    return look()
  } catch {
    return undefined
  }
}
