import { isIP } from 'node:net'
import type { FakeCommand } from './server-commands.js'
import { listsOf, type FakeList } from './worker.js'

type ListAction = (list: FakeList, args: readonly string[], kind: string) => string

/** Commands on maps and ACLs, transactions included. */
export const listCommands: readonly FakeCommand[] = [
  [/^show (map|acl) (\S+)$/, onList(show)],
  [/^prepare (map|acl) (\S+)$/, onList(prepare)],
  [
    /^add (map|acl) @(\d+) (\S+) (.+)$/,
    (worker, [kind = '', version = '', id = '', rest = '']) =>
      onList(list => addTo(list, kind, rest, version))(worker, [kind, id], undefined as never),
  ],
  [
    /^add (map|acl) ([^@\s]\S*) (.+)$/,
    onList((list, [rest = ''], kind) => addTo(list, kind, rest)),
  ],
  [
    /^commit (map|acl) @(\d+) (\S+)$/,
    (worker, [kind = '', version = '', id = '']) =>
      onList(list => commit(list, Number(version)))(worker, [kind, id], undefined as never),
  ],
  [/^set (map) (\S+) (.+)$/, onList(set)],
  [/^del (map|acl) (\S+) (.+)$/, onList(remove)],
  [/^clear (map|acl) (\S+)$/, onList(clear)],
]

function onList(act: ListAction): FakeCommand[1] {
  return (worker, [kind = '', id = '', ...args]) => {
    const list = listsOf(worker, kind).get(id)
    const what = kind === 'map' ? 'map' : 'ACL'
    return list
      ? act(list, args, kind)
      : `Unknown ${what} identifier. Please use #<id> or <file>.\n`
  }
}

/** Splits at spaces that are not escaped, and removes the backslashes. */
function wordsOf(text: string): string[] {
  return [...text.matchAll(/(?:\\.|[^\\ ])+/g)].map(([found]) => found.replace(/\\(.)/g, '$1'))
}

function show({ entries }: FakeList, _args: readonly string[], kind: string): string {
  const shown = ({ key, value }: { key: string; value: string }) =>
    kind === 'map' ? `0x1 ${key} ${value}` : `0x1 ${key}`
  return entries.map(entry => `${shown(entry)}\n`).join('')
}

function prepare(list: FakeList): string {
  list.next++
  list.prepared.set(list.next, [])
  return `New version created: ${list.next}\n`
}

function addTo(list: FakeList, kind: string, rest: string, version?: string): string {
  const [key = '', value = ''] = wordsOf(rest)
  if (kind === 'acl' && isIP(key.split('/')[0] ?? '') === 0)
    return `'${key}' is not a valid IPv4 or IPv6 address.\n`
  if (version === undefined) {
    list.entries.push({ key, value })
    return ''
  }
  const prepared = list.prepared.get(Number(version))
  if (!prepared) return "Version number in the future, please use 'prepare map' before.\n"
  prepared.push({ key, value })
  return ''
}

function commit(list: FakeList, version: number): string {
  const prepared = list.prepared.get(version)
  if (!prepared) return 'Version number out of range.\n'
  list.entries = prepared
  list.version = version
  list.prepared.clear()
  return ''
}

function set(list: FakeList, [rest = '']: readonly string[]): string {
  const [key, value = ''] = wordsOf(rest)
  const found = list.entries.filter(entry => entry.key === key)
  for (const entry of found) entry.value = value
  return found.length > 0 ? '' : 'entry not found.\n'
}

function remove(list: FakeList, [rest = '']: readonly string[]): string {
  const [key] = wordsOf(rest)
  const left = list.entries.filter(entry => entry.key !== key)
  if (left.length === list.entries.length) return 'Key not found.\n'
  list.entries = left
  return ''
}

function clear(list: FakeList): string {
  list.entries = []
  return ''
}
