import { readFileSync } from 'node:fs'
import { listEntries } from '../commands/list-file.js'
import type { PatternEntry, PatternKind } from '../commands/pattern-words.js'

/** An entry of a map or an ACL. */
export interface FakeEntry {
  /** The address that HAProxy shows for it, such as `0x1a`. */
  readonly reference: string
  readonly key: string
  value: string
}

/** A map or an ACL, with the versions that transactions prepare. */
export interface FakeList {
  /** Its number, which commands take after `#`. */
  readonly id: number
  entries: FakeEntry[]
  version: number
  next: number
  readonly prepared: Map<number, FakeEntry[]>
}

/** The maps and ACLs of a worker, by the names of their files. */
export interface FakeLists {
  readonly maps: Map<string, FakeList>
  readonly acls: Map<string, FakeList>
}

/** Reads the lists that a configuration names from their files; those without a file are empty. */
export function listsIn(text: string): FakeLists {
  const files = (pattern: RegExp) => [
    ...new Set([...text.matchAll(pattern)].map(([, file = '']) => file)),
  ]
  const maps = files(/\bmap\w*\(([^,)]+)/g)
  const acls = files(/\s-f\s+(\S+)/g)
  return {
    maps: new Map(maps.map((file, i) => [file, readList('map', file, i)])),
    // Behind the list of each ACL's file is one of the words in the configuration.
    acls: new Map(acls.map((file, i) => [file, readList('acl', file, maps.length + 2 * i)])),
  }
}

let lastReference = 0x1000

/** Creates an entry with a reference of its own. */
export function fakeEntry({ key, value = '' }: PatternEntry): FakeEntry {
  return { reference: `0x${(++lastReference).toString(16)}`, key, value }
}

function readList(kind: PatternKind, file: string, id: number): FakeList {
  const entries = listEntries(kind, readIfPresent(file)).map(fakeEntry)
  return { id, entries, version: 0, next: 0, prepared: new Map() }
}

function readIfPresent(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
