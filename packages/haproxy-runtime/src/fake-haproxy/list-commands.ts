import { isIP } from 'node:net'
import type { PatternEntry } from '../commands/pattern-words.js'
import type { FakeCommand } from './server-commands.js'
import { fakeEntry, type FakeEntry, type FakeList } from './lists.js'
import type { FakeWorker } from './worker.js'

type ListAction = (
  list: FakeList,
  args: { readonly rest: string; readonly version: number | undefined; readonly kind: string },
) => string

function onList(act: ListAction): FakeCommand[1] {
  return (worker, [kind = '', version = '', id = '', rest = '']) => {
    const list = findList(worker, kind, id)
    const what = kind === 'map' ? 'map' : 'ACL'
    if (!list) return `Unknown ${what} identifier. Please use #<id> or <file>.\n`
    return act(list, { rest, version: version === '' ? undefined : Number(version), kind })
  }
}

function findList({ maps, acls }: FakeWorker, kind: string, id: string): FakeList | undefined {
  const lists = kind === 'map' ? maps : acls
  if (!id.startsWith('#')) return lists.get(id)
  return [...lists.values()].find(list => list.id === Number(id.slice(1)))
}

/** Splits at spaces that are not escaped, and removes the backslashes. */
function wordsOf(text: string): string[] {
  return [...text.matchAll(/(?:\\.|[^\\ ])+/g)].map(([found]) => found.replace(/\\(.)/g, '$1'))
}

const show: ListAction = (list, { version, kind }) => {
  const shown = ({ reference, key, value }: FakeEntry) =>
    kind === 'map' ? `${reference} ${key} ${value}` : `${reference} ${key}`
  return entriesOf(list, version)
    .map(entry => `${shown(entry)}\n`)
    .join('')
}

function entriesOf({ entries, version: current, prepared }: FakeList, version = current) {
  return version === current ? entries : (prepared.get(version) ?? [])
}

const prepare: ListAction = list => {
  list.next++
  list.prepared.set(list.next, [])
  return `New version created: ${list.next}\n`
}

const addTo: ListAction = (list, { rest, version, kind }) => {
  const [key = '', value = ''] = wordsOf(rest)
  if (kind === 'acl' && isIP(key.split('/')[0] ?? '') === 0)
    return `'${key}' is not a valid IPv4 or IPv6 address.\n`
  return addOne(list, { key, value }, version)
}

/** A payload has a key and a value in each line; only maps take one. */
const addAll: ListAction = (list, { rest, version, kind }) => {
  if (kind === 'acl') return "'add acl' expects two parameters: ACL identifier and pattern.\n"
  for (const line of rest.split('\n')) {
    const [, key = '', value = ''] = /^([^ \t]*)[ \t]*(.*)$/.exec(line) ?? []
    const refusal = addOne(list, { key, value }, version)
    if (refusal !== '') return refusal
  }
  return ''
}

function addOne(list: FakeList, entry: PatternEntry, version: number | undefined): string {
  if (version !== undefined && version > list.next)
    return "Version number in the future, please use 'prepare map' before.\n"
  entriesOf(list, version).push(fakeEntry(entry))
  return ''
}

/** Versions that were prepared before are removed with their entries. */
const commit: ListAction = (list, { version = 0 }) => {
  if (version > list.next) return 'Version number out of range.\n'
  list.entries = entriesOf(list, version)
  list.version = version
  for (const other of list.prepared.keys()) if (other <= version) list.prepared.delete(other)
  return ''
}

/** An entry is meant by its key, or by `#` and its reference, whatever keys there are. */
function isMeant(word: string): (entry: FakeEntry) => boolean {
  if (word.startsWith('#0x')) return ({ reference }) => reference === word.slice(1)
  return ({ key }) => key === word
}

const set: ListAction = ({ entries }, { rest }) => {
  const [word = '', value = ''] = wordsOf(rest)
  const found = entries.filter(isMeant(word))
  for (const entry of found) entry.value = value
  if (found.length > 0) return ''
  return word.startsWith('#0x') ? 'key or pattern not found.\n' : 'entry not found.\n'
}

const remove: ListAction = (list, { rest }) => {
  const [word = ''] = wordsOf(rest)
  const isGone = isMeant(word)
  const left = list.entries.filter(entry => !isGone(entry))
  if (left.length === list.entries.length) return 'Key not found.\n'
  list.entries = left
  return ''
}

const clear: ListAction = (list, { version }) => {
  entriesOf(list, version).length = 0
  return ''
}

/** Commands on maps and ACLs, transactions included. */
export const listCommands: readonly FakeCommand[] = [
  [/^show (map|acl) (?:@(\d+) )?([^@\s]\S*)$/, onList(show)],
  [/^prepare (map|acl) ()(\S+)$/, onList(prepare)],
  [/^add (map|acl) (?:@(\d+) )?([^@\s]\S*) <<\n([^]*)$/, onList(addAll)],
  [/^add (map|acl) (?:@(\d+) )?([^@\s]\S*) (.+)$/, onList(addTo)],
  [/^commit (map|acl) @(\d+) (\S+)$/, onList(commit)],
  [/^set (map) ()(\S+) (.+)$/, onList(set)],
  [/^del (map|acl) ()(\S+) (.+)$/, onList(remove)],
  [/^clear (map|acl) (?:@(\d+) )?([^@\s]\S*)$/, onList(clear)],
]
