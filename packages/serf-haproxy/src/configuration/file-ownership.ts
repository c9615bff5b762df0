import { databaseOf, numberOfAccount } from './account-names.js'
import type { Configuration } from './schema.js'

/** Mode, owner and group of HAProxy's configuration file, in numbers. */
export interface FileOwnership {
  readonly mode?: number
  readonly uid?: number
  readonly gid?: number
}

/** A setting that names a user or a group which this machine does not have. */
interface UnknownName {
  readonly path: readonly PropertyKey[]
  readonly problem: string
}

const kinds = { fileOwner: 'user', fileGroup: 'group' } as const

type NameSetting = keyof typeof kinds

/** Finds names of users and groups that this machine does not have. */
export function unknownNames({ haproxy }: Configuration): UnknownName[] {
  return (['fileOwner', 'fileGroup'] as const).flatMap(setting => {
    const value = haproxy[setting]
    if (value === undefined || numberOf(setting, value) !== undefined) return []
    const kind = kinds[setting]
    const problem = `expected a ${kind} in ${databaseOf(kind)}, or the number of a ${kind}, got ${JSON.stringify(value)}`
    return [{ path: ['haproxy', setting], problem }]
  })
}

/** Returns the settings of the configuration file's ownership, with numbers for names. */
export function fileOwnership({ haproxy }: Pick<Configuration, 'haproxy'>): FileOwnership {
  const { fileMode, fileOwner, fileGroup } = haproxy
  const uid = fileOwner === undefined ? undefined : numberOf('fileOwner', fileOwner)
  const gid = fileGroup === undefined ? undefined : numberOf('fileGroup', fileGroup)
  return {
    ...(fileMode !== undefined && { mode: Number.parseInt(fileMode, 8) }),
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
  }
}

function numberOf(setting: NameSetting, value: string | number): number | undefined {
  if (typeof value === 'number' || /^\d{1,9}$/.test(value)) return Number(value)
  return numberOfAccount(kinds[setting], value)
}
