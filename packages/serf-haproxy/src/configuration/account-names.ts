import { readFileSync } from 'node:fs'

/** The files with the accounts of this machine. Other sources of names have no file. */
const databases = { user: '/etc/passwd', group: '/etc/group' }

type Kind = keyof typeof databases

/** Returns the file that has the users or the groups. */
export function databaseOf(kind: Kind): string {
  return databases[kind]
}

/** Returns the number of a user or group; undefined if the name is not in the file. */
export function numberOfAccount(kind: Kind, name: string): number | undefined {
  const number = entriesOf(kind).find(([found]) => found === name)?.[2]
  return number === undefined ? undefined : Number(number)
}

/** Returns the name of a user or group, or its number where it has no name in the file. */
export function nameOfAccount(kind: Kind, number: number): string {
  return entriesOf(kind).find(([, , found]) => found === String(number))?.[0] ?? String(number)
}

function entriesOf(kind: Kind): string[][] {
  try {
    const lines = readFileSync(databases[kind], 'utf8').split('\n')
    return lines.map(line => line.split(':'))
  } catch {
    return []
  }
}
