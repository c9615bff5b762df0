import { readFileSync } from 'node:fs'
import { parseSections } from 'haproxy-config-text'
import { numberOfAccount } from '../configuration/account-names.js'

/**
 * Returns the user that the workers of HAProxy run as: the first `user` or `uid` of
 * the `global` sections. Undefined if the file names none that this machine has.
 */
export function haproxyUser(configFile: string): number | undefined {
  const lines = textOf(configFile).filter(({ kind }) => kind === 'global')
  const first = lines
    .flatMap(({ directives }) => directives)
    .find(({ words: [word] }) => word === 'user' || word === 'uid')
  const [word, value = ''] = first?.words ?? []
  if (word === 'uid') return /^\d{1,9}$/.test(value) ? Number(value) : undefined
  return value === '' ? undefined : numberOfAccount('user', value)
}

/** A file that cannot be read is the finding of another check. */
function textOf(configFile: string): ReturnType<typeof parseSections> {
  try {
    return parseSections(readFileSync(configFile, 'utf8'))
  } catch {
    return []
  }
}
