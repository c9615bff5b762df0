import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findDirective } from 'haproxy-config-text/effective'
import type { Section } from 'haproxy-config-text'

/** The file of Debian's HAProxy. */
export const debianFile = '/etc/haproxy/haproxy.cfg'

/** Name of the user and the group of the Debian package. */
export const debianUser = 'serf-haproxy'

/** The account of the Debian package's unit, which can write in its own folder only. */
export interface DebianAccount {
  readonly gid: number
  /** The file that the agent writes in place of Debian's own. */
  readonly configFile: string
  readonly stateFolder: string
}

/** The place of the agent's files where the unit of the Debian package runs it. */
export interface DebianPlace extends DebianAccount {
  /** The reason why `configFile` is HAProxy's own file; undefined if it is one of the agent. */
  readonly staysBecause: string | undefined
}

/** Returns the account that the Debian package makes; undefined without it. */
export function debianAccount(root: string): DebianAccount | undefined {
  const accounts = linesOf(join(root, 'etc/passwd')).map(line => line.split(':'))
  const fields = accounts.find(([name]) => name === debianUser)
  const [, , , gid, , home = ''] = fields ?? []
  if (gid === undefined || !home.startsWith('/')) return undefined
  const folder = join(root, home)
  return {
    gid: Number(gid),
    configFile: join(folder, 'haproxy.cfg'),
    stateFolder: join(folder, 'state'),
  }
}

/** The files that HAProxy loads, and the one that is adopted. */
export interface LoadedFiles {
  readonly file: string
  /** Files and folders as `-f` takes them. */
  readonly paths: readonly string[]
  readonly sections: readonly Section[]
  /** Folder that stands for `/`. */
  readonly root: string
}

/**
 * Returns the place of the agent's files. The agent writes a file of its own in
 * place of Debian's, unless HAProxy would not load that one, or would read it in
 * another way.
 */
export function debianPlace(account: DebianAccount, loaded: LoadedFiles): DebianPlace {
  const reason = staysBecause(loaded)
  const configFile = reason === undefined ? account.configFile : loaded.file
  return { ...account, configFile, staysBecause: reason }
}

function staysBecause({ paths, sections, root }: LoadedFiles): string | undefined {
  const wanted = join(root, debianFile)
  if (paths.length !== 1 || paths[0] !== wanted)
    return `haproxy.service loads ${paths.join(', ')}, and its drop-in can replace ${wanted} only`
  const globals = sections.filter(({ kind }) => kind === 'global')
  const origins = globals.flatMap(global => findDirective(global, 'default-path')?.words[1] ?? [])
  const origin = origins.find(each => each === 'config' || each === 'parent')
  return origin && `\`default-path ${origin}\` reads other files from ${dirname(wanted)}`
}

function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch {
    return []
  }
}
