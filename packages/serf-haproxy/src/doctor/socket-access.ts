import { statSync, type Stats } from 'node:fs'
import { dirname } from 'node:path'
import type { HaproxyError } from 'haproxy-runtime'
import { nameOfAccount } from '../configuration/account-names.js'

const groupMayUse = 0o060

/**
 * Returns the remedy for a socket of HAProxy that cannot be reached.
 *
 * @param setting - the setting that names it
 */
export function socketRemedy(setting: string, socket: string, { cause }: HaproxyError): string {
  if ((cause as NodeJS.ErrnoException | undefined)?.code !== 'EACCES')
    return `start HAProxy with \`-W -S\`, fix \`${setting}\`, or run as a user with access to it`
  const found = statOf(socket)
  if (!found) return `let the agent’s user enter ${dirname(socket)}, by its group`
  const isForGroup = (found.mode & groupMayUse) === groupMayUse && found.gid !== 0
  if (isForGroup) {
    const group = nameOfAccount('group', found.gid)
    return `add the agent’s user to the group that may use it, \`usermod --append --groups ${group} USER\`, and start the agent again`
  }
  return 'let a group of the agent’s user use it: `mode 660 group NAME` behind `stats socket PATH`, and `-S PATH,mode,660,group,NAME` for the master'
}

/** Returns undefined where this user may not look into the folder. */
function statOf(socket: string): Stats | undefined {
  try {
    return statSync(socket)
  } catch {
    return undefined
  }
}
